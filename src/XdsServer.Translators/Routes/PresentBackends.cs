using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>
/// Rules that leave out backends which do not exist, for one port. Ports are compared by number: a backend without that number gets
/// nothing there. Composing the model has reported what is left out.
/// </summary>
internal static class PresentBackends
{
    /// <summary>The rule with the backends that it really has; null when it does not apply to the port, because none of them has it.</summary>
    public static RouteRule? Keep(RouteRule rule, int port, ServiceCatalog services)
    {
        if (!rule.LeavesOutMissing)
        {
            return rule;
        }

        ImmutableArray<RouteBackend> present = [.. rule.Backends.Where(b => services.Find(b.Service)?.PortByNumber(port) is not null).Select(b => b with { Port = port })];
        return present.IsEmpty ? null : rule with { Backends = present };
    }
}
