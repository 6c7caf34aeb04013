package cli

type scanCmd struct {
	project
}

func (c *scanCmd) Run(o *output) error { return nil }

func (c *hubCmd) check(o *output) error { return nil }
