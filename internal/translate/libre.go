package translate

import (
	"context"
	"net/http"
)

// libre asks a LibreTranslate server. (LibreTranslate docs: POST /translate.)
func (c *Client) libre(ctx context.Context, text, source, target string) (Result, error) {
	if source == "" {
		source = "auto"
	}
	request := struct {
		Q      string `json:"q"`
		Source string `json:"source"`
		Target string `json:"target"`
		Format string `json:"format"`
		APIKey string `json:"api_key,omitempty"`
	}{text, source, target, "text", c.config.Key}
	var answer struct {
		TranslatedText   string `json:"translatedText"`
		DetectedLanguage struct {
			Language string `json:"language"`
		} `json:"detectedLanguage"`
	}
	if err := c.post(ctx, "translate", http.Header{}, request, &answer); err != nil {
		return Result{}, err
	}
	if source != "auto" {
		answer.DetectedLanguage.Language = source
	}
	return clean(answer.TranslatedText, answer.DetectedLanguage.Language)
}
