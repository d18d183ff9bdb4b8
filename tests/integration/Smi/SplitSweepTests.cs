using System.Globalization;
using Envoy.Config.Route.V3;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>
/// Row 12 without chance: the routes as they are translated, but with the draw taken from a header, so that every value between 0 and
/// the sum of the weights is asked where it leads.
/// </summary>
public sealed class SplitSweepTests : MeshTest
{
    private const string Header = "x-draw";
    private const int Sum = 100_000;
    private const int Rare = Sum - 1;

    [SkippableTheory]
    [Versions]
    public async Task Row_12_One_in_100000_is_exactly_one_draw(string version)
    {
        var program = EnvoyOf(version);
        Announce("global_downstream_max_connections");
        var (frequent, rare) = (await KeepAsync(Upstream.StartAsync("frequent")), await KeepAsync(Upstream.StartAsync("rare")));
        var port = FreePort.Take();
        await StartEnvoyAsync(program, Configuration(port, RoutesOf("smi/weights-exact"), ("demo/web-v1/main", frequent.Port), ("demo/web-v2/main", rare.Port)));

        // Every draw that there is, and some beyond the sum of the weights, where the values begin anew.
        int[] draws = [.. Enumerable.Range(0, Sum), Sum, Sum + Rare, (((int.MaxValue / Sum) - 1) * Sum) + Rare];
        var answers = await ManyRequests.SendAsync(port, [.. draws.Select(d => ManyRequests.Of("web", "/", (Header, d.ToString(CultureInfo.InvariantCulture))))], ahead: 64);

        var wrong = draws.Zip(answers).Where(a => a.Second != (a.First % Sum == Rare ? "rare" : "frequent")).Select(a => $"{a.First}: {a.Second}");
        wrong.Should().BeEmpty();
    }

    private static string RoutesOf(string golden)
    {
        var routes = (RouteConfiguration)MessageTypes.Decode(GoldenMesh.Read(golden).Of(ResourceType.Route).Single());
        foreach (var action in routes.VirtualHosts.SelectMany(h => h.Routes).Select(r => r.Route_).Where(r => r?.WeightedClusters is not null))
        {
            action.WeightedClusters.HeaderName = Header;
        }

        return ResourceText.Json(routes);
    }

    private static string Configuration(int port, string routes, params (string Name, int Port)[] clusters) =>
        $$"""
        node: {id: sweep, cluster: sweep}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0} } }
        static_resources:
          clusters:
        {{string.Join('\n', clusters.Select(c => $"  - {{name: {c.Name}, type: STATIC, load_assignment: {TestBootstrap.Loopback(c.Name, c.Port)}}}"))}}
          listeners:
          - name: egress
            address: {socket_address: {address: 127.0.0.1, port_value: {{port}} } }
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: sweep
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  route_config: {{routes.ReplaceLineEndings(" ")}}
        """;
}
