package cli

func (c *hubCmd) check(o *output) error { return nil }
