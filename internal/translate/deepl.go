package translate

import (
	"context"
	"net/http"
	"strings"

	"tresen/internal/inbox"
)

// deeplTargets are languages DeepL wants named with their variant when it
// translates into them. (DeepL docs: Supported languages.)
var deeplTargets = map[string]string{"en": "EN-GB", "pt": "PT-PT", "zh": "ZH-HANS", "no": "NB"}

// deepl asks DeepL. The key travels in a header and never in the address.
// (DeepL docs: Translate text; Authentication.)
func (c *Client) deepl(ctx context.Context, text, source, target string) (Result, error) {
	variant := deeplTargets[target]
	if variant == "" {
		variant = strings.ToUpper(target)
	}
	request := struct {
		Text       []string `json:"text"`
		TargetLang string   `json:"target_lang"`
		SourceLang string   `json:"source_lang,omitempty"`
	}{[]string{text}, variant, strings.ToUpper(source)}
	var answer struct {
		Translations []struct {
			Text           string `json:"text"`
			DetectedSource string `json:"detected_source_language"`
		} `json:"translations"`
	}
	header := http.Header{"Authorization": {"DeepL-Auth-Key " + c.config.Key}}
	if err := c.post(ctx, "v2/translate", header, request, &answer); err != nil {
		return Result{}, err
	}
	if len(answer.Translations) != 1 {
		return Result{}, inbox.NewError(inbox.CodeTranslateOffline, "answer is not the service's")
	}
	return clean(answer.Translations[0].Text, answer.Translations[0].DetectedSource)
}
