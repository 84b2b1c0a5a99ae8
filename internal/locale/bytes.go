package locale

import (
	"context"
	"strconv"
)

// Bytes writes the size of a file: 12 KB, 3.4 MB.
func Bytes(ctx context.Context, n int64) string {
	switch {
	case n < 1000:
		return Number(ctx, n) + " B"
	case n < 1000<<10:
		return Number(ctx, (n+512)>>10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}
