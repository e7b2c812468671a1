package cloudapi

import (
	"context"
	"net/url"

	"tresen/internal/inbox"
)

// Automation is what WhatsApp offers a customer in an empty chat. (Meta docs:
// Conversational components.)
type Automation struct {
	// Welcome asks Meta to report that somebody opened a chat. Meta says of it
	// that it is "currently not functioning as intended".
	Welcome bool
	// Prompts are the ice breakers; a tap sends one as the customer's own text.
	Prompts  []string
	Commands []Command
}

// Command is offered when the customer types a slash.
type Command struct {
	// Name comes without the slash.
	Name string
	Hint string
}

// Automation reads what is set up. (Meta docs: the number's field
// conversational_automation.)
func (c *Client) Automation(ctx context.Context) (Automation, error) {
	if c.config.PhoneNumberID == "" {
		return Automation{}, inbox.InvalidField("phoneNumberId", "missing")
	}
	path := c.objectPath(string(c.config.PhoneNumberID))
	answer, err := c.get(ctx, "read automation", path, url.Values{"fields": {"conversational_automation"}})
	if err != nil {
		return Automation{}, err
	}
	return readAutomation(answer.get("conversational_automation")), nil
}

func readAutomation(v value) Automation {
	a := Automation{Welcome: v.get("enable_welcome_message").bool()}
	for prompt := range v.get("prompts").items() {
		if s := line(prompt, maxName); s != "" {
			a.Prompts = append(a.Prompts, s)
		}
	}
	for command := range v.get("commands").items() {
		if name := line(command.get("command_name"), maxName); name != "" {
			a.Commands = append(a.Commands, Command{Name: name, Hint: line(command.get("command_description"), maxProfileText)})
		}
	}
	return a
}

// UpdateAutomation replaces all of it. Writing the same twice does no harm.
func (c *Client) UpdateAutomation(ctx context.Context, a Automation) error {
	commands := make([]map[string]string, len(a.Commands))
	for i, command := range a.Commands {
		commands[i] = map[string]string{"command_name": command.Name, "command_description": command.Hint}
	}
	payload := map[string]any{
		"enable_welcome_message": a.Welcome,
		"prompts":                append([]string{}, a.Prompts...),
		"commands":               commands,
	}
	return c.expectSuccess(ctx, "write automation", c.numberPath("conversational_automation"), payload)
}
