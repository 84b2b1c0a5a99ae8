// Package notice tells people in the program itself what concerns them: the bell, its
// list, and which kinds they also want by mail. What happened and whom it concerns the
// other rooms know; this one keeps it for each person. Start at Post.
package notice
