using System.Globalization;
using System.Text;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// A mesh of which everything changes but one thing: whoever asks for <c>shop.test</c> is answered by some upstream that lives. Each step is one edit of one file.
/// </summary>
internal sealed class ChangingMesh(IReadOnlyList<Upstream> upstreams)
{
    private static readonly string[] Kinds = ["static", "static", "dns", "checked"];

    private readonly SortedSet<int> _others = [];
    private int _generation;
    private string _kind = "static";
    private int _port = 80;
    private int _timeout = 1;
    private (int Upstream, bool IsDraining)[] _endpoints = [(0, false)];

    /// <summary>The cluster that serves now.</summary>
    public string Cluster => $"demo/{Current}/main";

    /// <summary>The name of the service that serves now.</summary>
    public string Current => $"shop{_generation.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Does the next change; says what it was.</summary>
    public string Step(int number) => (number % 12) switch
    {
        0 or 6 => Move(Kinds[number / 6 % Kinds.Length]),
        1 => Scale([(0, false), (1, false)]),
        2 => Scale([(0, true), (1, false)]),
        3 => Scale([(1, false)]),
        4 => AddOther(number),
        5 => Retime(),
        7 => Scale([(1, false), (2, false), (0, false)]),
        8 => Renumber(),
        9 => Scale([(2, false)]),
        10 => RemoveOther(),
        _ => Scale([(2, false), (0, false)]),
    };

    /// <summary>The file.</summary>
    public string Text()
    {
        var text = new StringBuilder(Service(Current, _kind == "dns", [.. _endpoints.Select(e => (upstreams[e.Upstream].Port, e.IsDraining))])
            .Replace("  ports:", "  hosts: [shop.test]\n  ports:", StringComparison.Ordinal));
        foreach (var other in _others)
        {
            text.Append(Service($"other{other.ToString(CultureInfo.InvariantCulture)}", isDns: false, [(upstreams[other % upstreams.Count].Port, false)]));
        }

        text.Append(Config());
        return (_kind == "checked" ? text.Append(Checks()) : text).ToString();
    }

    private string Move(string kind)
    {
        _generation++;
        _kind = kind;
        return $"move to {Current}, {kind}, and remove the service before it";
    }

    private string Scale((int Upstream, bool IsDraining)[] endpoints)
    {
        _endpoints = endpoints;
        return $"endpoints {string.Join(' ', endpoints.Select(e => e.Upstream.ToString(CultureInfo.InvariantCulture) + (e.IsDraining ? " draining" : "")))}";
    }

    private string AddOther(int number)
    {
        _others.Add(number);
        return "add a service";
    }

    private string RemoveOther() => _others.Count > 3 && _others.Remove(_others.Min) ? "remove a service" : "nothing";

    private string Retime()
    {
        _timeout = 1 + (_timeout % 5);
        return "another connect timeout";
    }

    private string Renumber()
    {
        _port = _port == 80 ? 8080 : 80;
        return "another service port";
    }

    private string Service(string name, bool isDns, IReadOnlyList<(int Port, bool IsDraining)> endpoints)
    {
        var host = isDns ? "localhost" : "127.0.0.1";
        var lines = endpoints.Select(e => $"{{address: {host}, port: {e.Port.ToString(CultureInfo.InvariantCulture)}{(e.IsDraining ? ", health: draining" : "")}}}");
        return Manifests.Service(name, _port, "http", [.. lines]).Replace("  endpoints:", isDns ? "  resolution: dns\n  endpoints:" : "  endpoints:", StringComparison.Ordinal);
    }

    private string Config() =>
        $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshConfig
        metadata: {name: default}
        spec: {defaults: {connectTimeout: {{_timeout.ToString(CultureInfo.InvariantCulture)}}s} }

        """;

    private string Checks() =>
        $$"""
        ---
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: EnvoyResource
        metadata: {name: checks, namespace: demo}
        spec:
          patches:
          - target: {type: cluster, name: {{Cluster}} }
            merge: {health_checks: [{timeout: 1s, interval: 5s, no_traffic_interval: 5s, unhealthy_threshold: 2, healthy_threshold: 1, http_health_check: {path: {{HealthGate.Path}} } }] }

        """;
}
