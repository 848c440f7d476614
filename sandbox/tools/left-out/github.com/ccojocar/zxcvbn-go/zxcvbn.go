// Package zxcvbn is a fork of the one that it calls.
package zxcvbn

import "github.com/nbutton23/zxcvbn-go"

// PasswordStrength is for `pulumi env set`.
func PasswordStrength(text string, words []string) zxcvbn.Strength {
	return zxcvbn.PasswordStrength(text, words)
}
