package setup

import (
	"context"

	"tresen/internal/cloudapi"
)

// ChooseRegion has Meta keep the contents of messages at rest in a region; an
// empty one is Meta's own choice. It can be changed only while the number is
// not registered. (Meta docs: Local storage.)
func ChooseRegion(ctx context.Context, api *cloudapi.Client, region string, number NumberFacts) Findings {
	var f Findings
	if number.OnPhoneApp {
		f.warn("region.phoneApp", "") // not offered for numbers the phone app uses
		return f
	}
	now, err := api.Storage(ctx)
	if err != nil {
		f.refuse("region.read", err)
		return f
	}
	if now.Region == region && !now.None {
		f.passWith(regionWord(region), region)
		return f
	}
	if number.Registered {
		f.warn("region.registered", now.Region)
		return f
	}
	if err := api.SetStorageRegion(ctx, region); err != nil {
		f.refuse("region.set", err)
		return f
	}
	f.readRegion(ctx, api, region)
	return f
}

func regionWord(region string) string {
	if region == "" {
		return "region.meta"
	}
	return "region.is"
}

// readRegion shows what Meta says it is, not what was asked for.
func (f *Findings) readRegion(ctx context.Context, api *cloudapi.Client, want string) {
	got, err := api.Storage(ctx)
	switch {
	case err != nil:
		f.refuse("region.read", err)
	case got.None:
		f.warn("region.none", "")
	case got.Region != want:
		*f = append(*f, Finding{Word: "region.differs", State: Failed, Value: got.Region})
	default:
		f.passWith(regionWord(want), want)
	}
}

// Register makes the number usable and reads the region back: it is registering
// that makes it count.
func Register(ctx context.Context, api *cloudapi.Client, pin, region string, number NumberFacts) Findings {
	var f Findings
	if !number.Registered {
		if err := api.Register(ctx, pin); err != nil {
			f.refuse("register.done", err)
			return f
		}
	}
	now, err := api.PhoneNumber(ctx)
	switch {
	case err != nil:
		f.refuse("register.read", err)
		return f
	case !now.Registered():
		*f.add() = Finding{Word: "register.read", State: Failed, Value: now.Status}
		return f
	}
	f.pass("register.done")
	if !number.OnPhoneApp {
		f.readRegion(ctx, api, region)
		last := &f[len(f)-1]
		if last.Word == "region.differs" {
			last.State = Warn // the number works; where contents rest is a choice
		}
	}
	return f
}

func (f *Findings) add() *Finding {
	*f = append(*f, Finding{})
	return &(*f)[len(*f)-1]
}
