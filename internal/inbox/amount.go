package inbox

import (
	"math/big"
	"strings"
)

// Amount is a sum of money in one currency. Value is a decimal number with a
// point and at least two places, exactly as added up: no floating point.
type Amount struct {
	Currency, Value string
}

// amountScale is how many decimal places are kept; no currency has more than four.
const amountScale = 6

// Total adds up an order by currency, in the order in which the currencies
// first appear. It reports false if any line cannot be read as a plain decimal
// price, a whole quantity and a currency: half a total would be a wrong one.
func (o Order) Total() ([]Amount, bool) {
	var order []string
	sums := map[string]*big.Int{}
	for _, item := range o.Items {
		line, ok := item.scaled()
		if !ok {
			return nil, false
		}
		if sums[item.Currency] == nil {
			sums[item.Currency] = new(big.Int)
			order = append(order, item.Currency)
		}
		sums[item.Currency].Add(sums[item.Currency], line)
	}
	totals := make([]Amount, 0, len(order))
	for _, currency := range order {
		totals = append(totals, Amount{currency, formatScaled(sums[currency])})
	}
	return totals, len(totals) > 0
}

// Sum returns price times quantity, or false if one of them is no plain number.
func (i OrderItem) Sum() (Amount, bool) {
	n, ok := i.scaled()
	if !ok {
		return Amount{}, false
	}
	return Amount{i.Currency, formatScaled(n)}, true
}

func (i OrderItem) scaled() (*big.Int, bool) {
	price, ok := parseScaled(i.Price)
	if !ok || !isDigits(i.Quantity, 9) || !isCurrency(i.Currency) {
		return nil, false
	}
	quantity, ok := new(big.Int).SetString(i.Quantity, 10)
	if !ok {
		return nil, false
	}
	return quantity.Mul(quantity, price), true
}

// parseScaled reads "12", "12.5" or "0.125" as an integer of 10^-amountScale.
// Exponents, signs and commas are refused: what is not obvious is not guessed.
func parseScaled(s string) (*big.Int, bool) {
	whole, places, dotted := strings.Cut(s, ".")
	if !isDigits(whole, 15) || dotted && !isDigits(places, amountScale) {
		return nil, false
	}
	return new(big.Int).SetString(whole+places+strings.Repeat("0", amountScale-len(places)), 10)
}

func formatScaled(n *big.Int) string {
	digits := n.String()
	if len(digits) <= amountScale {
		digits = strings.Repeat("0", amountScale+1-len(digits)) + digits
	}
	point := len(digits) - amountScale
	places := strings.TrimRight(digits[point:], "0")
	if len(places) < 2 {
		places += strings.Repeat("0", 2-len(places))
	}
	return digits[:point] + "." + places
}

func isDigits(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// isCurrency reports three capital letters, the form of ISO 4217.
func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
