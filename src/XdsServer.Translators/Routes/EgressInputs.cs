namespace XdsServer.Translators.Routes;

/// <summary>All that an egress route configuration is made from.</summary>
/// <param name="Hosts">What each host leads to.</param>
/// <param name="PassesUnknownHosts">A request to a host that no service has goes to where it was meant to go; only transparent proxies know where that is.</param>
internal sealed record EgressInputs(EgressTable Hosts, bool PassesUnknownHosts = false);
