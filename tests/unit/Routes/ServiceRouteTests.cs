using XdsServer.Model;
using XdsServer.Tests.Unit.Translators;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.Routes;

public sealed class ServiceRouteTests
{
    private static readonly ServiceEntry[] Services = [.. new[] { "web", "v1", "v2" }.Select(n => Meshes.Entry(Meshes.Service(n), "10.0.0.1"))];

    [Fact]
    public void Backends_share_by_weight_and_zero_weights_are_left_out()
    {
        var yaml = Translate(Meshes.Route("web", Meshes.To(("v1", 90), ("v2", 10), ("web", 0)))).EgressRoutes();

        yaml.Should().MatchRegex("name: demo/v1/main\\s+weight: 90\\s+- name: demo/v2/main\\s+weight: 10\\s");
    }

    [Fact]
    public void Weights_that_sum_to_zero_answer_503() =>
        Translate(Meshes.Route("web", Meshes.To(("v1", 0)))).EgressRoutes().Should().Contain("status: 503");

    [Fact]
    public void A_missing_backends_share_fails_and_its_name_never_appears()
    {
        var translation = Translate(Meshes.Route("web", Meshes.To(("v1", 3), ("gone", 1))));

        translation.EgressRoutes().Should().Contain("numerator: 250000").And.Contain("denominator: MILLION").And.NotContain("demo/gone");
        translation.Diagnostics.Should().ContainSingle(d => d.Code == "XDS3020").Which.Field.Should().Be("rules[0].backends[1]");
    }

    [Fact]
    public void Without_any_backend_everything_fails()
    {
        var translation = Translate(Meshes.Route("web", Meshes.To(("gone", 1))));

        translation.EgressRoutes().Should().Contain("status: 503").And.NotContain("runtime_fraction");
    }

    [Fact]
    public void A_bad_expression_costs_its_match_and_no_more()
    {
        var bad = new RouteMatch { Path = new PathMatch(PathMatchKind.Regex, "/a(?=b)") };
        var good = new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/good/"), Method = "GET" };
        var translation = Translate(Meshes.Route("web", Meshes.To(("v1", 1)) with { Matches = [bad, good] }));

        translation.EgressRoutes().Should().Contain("path_separated_prefix: /good\n").And.NotContain("/a(");
        translation.Diagnostics.Should().ContainSingle(d => d.Code == "XDS3021").Which.Field.Should().Be("rules[0].matches[0].path");
    }

    [Fact]
    public void Subsets_become_clusters_of_their_own()
    {
        var rule = new RouteRule
        {
            Backends = [new RouteBackend(new ServiceKey("demo", "v1"), 0, 1) { Subset = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("version", "a") }],
            RequestTimeout = TimeSpan.FromSeconds(3),
            Retry = new RetryPolicy(4, "5xx,nonsense", null),
        };

        var translation = Translate(Meshes.Route("web", rule));

        translation.EgressRoutes().Should().Contain("cluster: demo/v1/main/version=a").And.Contain("timeout: 3s").And.Contain("num_retries: 4").And.Contain("retry_on: \"5xx\"\n");
        translation.Snapshots[Meshes.Sidecar].Find(XdsServer.Translators.Resources.ResourceType.Cluster, "demo/v1/main/version=a").Should().NotBeNull();
        translation.Diagnostics.Should().ContainSingle(d => d.Code == "XDS3023");
    }

    private static Translation Translate(MeshRoute route) => MeshTranslator.Translate(Meshes.Model(Services, route), [Meshes.Sidecar], previous: null);
}
