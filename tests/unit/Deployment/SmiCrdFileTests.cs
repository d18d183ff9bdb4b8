using YamlDotNet.RepresentationModel;

namespace XdsServer.Tests.Unit.Deployment;

/// <summary>What can be said of the CRDs in <c>deploy/crds</c> without an API server.</summary>
public sealed class SmiCrdFileTests
{
    /// <summary>Every kind of SMI that is a CRD, with every version that exists.</summary>
    public static TheoryData<string, string, string[]> Kinds => new()
    {
        { "split.smi-spec.io_trafficsplits.yaml", "TrafficSplit", ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"] },
        { "access.smi-spec.io_traffictargets.yaml", "TrafficTarget", ["v1alpha1", "v1alpha2", "v1alpha3"] },
        { "specs.smi-spec.io_httproutegroups.yaml", "HTTPRouteGroup", ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"] },
        { "specs.smi-spec.io_tcproutes.yaml", "TCPRoute", ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"] },
        { "specs.smi-spec.io_udproutes.yaml", "UDPRoute", ["v1alpha4"] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_version_that_exists_is_served_and_the_newest_is_stored(string file, string kind, string[] versions)
    {
        var spec = Spec(file);

        spec["names"]["kind"].ToString().Should().Be(kind);
        Versions(spec).Select(v => v["name"].ToString()).Should().Equal(versions);
        Versions(spec).Should().OnlyContain(v => v["served"].ToString() == "true");
        Versions(spec).Where(v => v["storage"].ToString() == "true").Select(v => v["name"].ToString()).Should().Equal(versions[^1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_versions_have_one_schema_because_nothing_converts_between_them(string file, string kind, string[] versions)
    {
        var schemas = Versions(Spec(file)).Select(v => v["schema"]).ToList();

        schemas.Should().HaveCount(versions.Length, "{0} has so many versions", kind).And.OnlyContain(s => s.Equals(schemas[0]));
    }

    [Fact]
    public void No_other_file_is_there() =>
        Directory.EnumerateFiles(Repository.PathOf("deploy", "crds"), "*.yaml").Select(Path.GetFileName).Should().BeEquivalentTo(Kinds.Select(k => (string)k[0]));

    private static YamlMappingNode Spec(string file)
    {
        using var text = File.OpenText(Repository.PathOf("deploy", "crds", file));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents.Should().ContainSingle().Subject.RootNode["spec"];
    }

    private static IEnumerable<YamlNode> Versions(YamlMappingNode spec) => (YamlSequenceNode)spec["versions"];
}
