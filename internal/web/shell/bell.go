package shell

import (
	"context"
	"strconv"

	"musubi/internal/locale"
)

// manyUnread is where the bell stops counting.
const manyUnread = 99

func bellCount(unread int) string {
	if unread > manyUnread {
		return strconv.Itoa(manyUnread) + "+"
	}
	return strconv.Itoa(unread)
}

func bellWords(ctx context.Context, unread int) string {
	if unread == 0 {
		return locale.T(ctx, "web.shell.notices")
	}
	return locale.T(ctx, "web.shell.notices_unread", locale.Args{"Count": bellCount(unread)})
}
