using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Gateways;

/// <summary>A gateway listener with the hosts that are its own on its port.</summary>
internal sealed record PlannedListener(EdgeListener Edge, ImmutableArray<string> Hosts);

/// <summary>
/// What shares one port. HTTP listeners share it by host name and TLS listeners by server name; TCP shares with nobody, and plain text
/// not with TLS. Who comes second, by gateway and then by place in it, loses what is taken.
/// </summary>
internal sealed record PortPlan(int Port, ImmutableArray<PlannedListener> Listeners)
{
    /// <summary>One plan for each port that anything usable listens on, sorted.</summary>
    public static ImmutableArray<PortPlan> Create(GatewayInputs inputs, LayerBuilder builder) =>
    [
        .. inputs.Gateways.Items
            .SelectMany(g => g.Listeners.Select((_, i) => new EdgeListener(g, i)))
            .Where(e => HasSecret(e, inputs, builder))
            .GroupBy(e => e.Listener.Port)
            .OrderBy(g => g.Key)
            .Select(g => new PortPlan(g.Key, Share([.. g], builder)))
            .Where(p => !p.Listeners.IsEmpty),
    ];

    private static bool HasSecret(EdgeListener edge, GatewayInputs inputs, LayerBuilder builder)
    {
        if (edge.Listener.Protocol != GatewayProtocol.Https)
        {
            return true;
        }

        // That a secret is missing was said when the model was composed.
        if (edge.Listener.Secret is not { } key || inputs.Secrets.Find(key) is not { } secret)
        {
            return false;
        }

        var problem = key.Namespace == edge.Gateway.Key.Namespace ? secret.CertificateProblem : "it is in another namespace";
        if (problem is not null)
        {
            builder.Report(GatewayProblems.UnusableSecret(edge, problem));
        }

        return problem is null;
    }

    private static ImmutableArray<PlannedListener> Share(ImmutableArray<EdgeListener> onPort, LayerBuilder builder)
    {
        var first = onPort[0];
        var owners = new Dictionary<string, EdgeListener>(StringComparer.Ordinal);
        var planned = ImmutableArray.CreateBuilder<PlannedListener>();
        foreach (var edge in onPort)
        {
            if (!ReferenceEquals(edge, first) && Conflict(first.Listener.Protocol, edge.Listener.Protocol) is { } reason)
            {
                builder.Report(GatewayProblems.PortTaken(edge, first, reason));
                continue;
            }

            var hosts = HostNames.OrAll(edge.Listener.Hosts).Where(h => Claim(h, edge, owners, builder)).ToImmutableArray();
            if (!hosts.IsEmpty)
            {
                planned.Add(new PlannedListener(edge, hosts));
            }
        }

        return planned.ToImmutable();
    }

    private static string? Conflict(GatewayProtocol first, GatewayProtocol second) => (first, second) switch
    {
        (GatewayProtocol.Tcp, _) or (_, GatewayProtocol.Tcp) => "a TCP port cannot be shared",
        (GatewayProtocol.Http, not GatewayProtocol.Http) or (not GatewayProtocol.Http, GatewayProtocol.Http) => "plain HTTP and TLS cannot share a port",
        _ => null,
    };

    private static bool Claim(string host, EdgeListener edge, Dictionary<string, EdgeListener> owners, LayerBuilder builder)
    {
        if (owners.TryAdd(host, edge))
        {
            return true;
        }

        builder.Report(GatewayProblems.HostTaken(edge, owners[host], host));
        return false;
    }
}
