// Package ui is the look of Musubi: components that take plain values and know
// no domain. A component is a struct that is itself a templ.Component, so pages
// write @ui.Button{Label: t("save")} and hand components to one another as
// values; with children it is @(ui.Card{Title: t("x")}) { … }. Every text it is
// given is translated already; the few words of its own are locale keys under
// "web.ui.". Nothing here writes inline styles or scripts, everything works
// without script, and behaviour is attached by data attributes that assets/src
// picks up. Start reading at text.go and page.templ.
package ui
