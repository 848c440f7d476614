// Package zxcvbn estimates how hard a text is to guess without the lists of words and names of the original, whose reading is two thirds of
// pulumi's start. So more of what people set is taken for a secret, and nothing less.
package zxcvbn

import (
	"math"
	"unicode"
)

// Strength has the one figure that pulumi asks for.
type Strength struct {
	Entropy float64 // bits
}

// PasswordStrength is the original's upper bound: what a search through all texts of the same kinds of characters would take.
func PasswordStrength(text string, _ []string) Strength {
	var lower, upper, digits, others float64
	for _, character := range text {
		switch {
		case unicode.IsLower(character):
			lower = 26
		case unicode.IsUpper(character):
			upper = 26
		case unicode.IsDigit(character):
			digits = 10
		default:
			others = 33
		}
	}
	alphabet := math.Max(1, lower+upper+digits+others)
	return Strength{Entropy: float64(len(text)) * math.Log2(alphabet)}
}
