// Package i18n says everything in English. The original packs its translations into an archive, and reads that, at each start of Helm: half of it.
package i18n

import "fmt"

// T gives the text, with the number that it is about, if there is one.
func T(text string, args ...int) string {
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args[0])
}
