// Package integrationpages is the face of the integration inside CRM: the set-up
// that joins an organisation with a portal, and the projects people see on records
// and in the Projects tab. It holds no rule: every refusal comes from integration
// and is only put into words here. Start at pages.go (the routes); setup_*.go are
// the administrator's pages, project_*.go those of daily use.
package integrationpages
