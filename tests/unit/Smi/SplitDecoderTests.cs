using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using XdsServer.Model;
using XdsServer.Sources.Manifests;
using XdsServer.Sources.Manifests.Kinds.Smi;
using XdsServer.Tests.Unit.Manifests;

namespace XdsServer.Tests.Unit.Smi;

public sealed class SplitDecoderTests
{
    [Theory]
    [InlineData("v1alpha1")]
    [InlineData("v1alpha2")]
    [InlineData("v1alpha3")]
    [InlineData("v1alpha4")]
    public void Every_version_is_read(string version)
    {
        var split = ManifestReading.Read(SmiText.Split("web", "web", "web-v1: 90, web-v2: 10", version: version));

        split.Diagnostics.Should().BeEmpty();
        split.Splits.Should().ContainSingle().Which.Backends.Select(b => (b.Service, b.Weight)).Should().Equal(("web-v1", 90u), ("web-v2", 10u));
    }

    [Theory]
    [InlineData("v1alpha1", "500m", "1", 1, 2)]
    [InlineData("v1alpha1", "\"500m\"", "\"1500m\"", 1, 3)]
    [InlineData("v1alpha1", "0.5", "1.5", 1, 3)]
    [InlineData("v1alpha1", "1k", "1", 1000, 1)]
    [InlineData("v1alpha1", "10", "90", 10, 90)]
    [InlineData("v1alpha1", "0", "100m", 0, 1)]
    [InlineData("v1alpha2", "500m", "1500m", 1, 3)]
    [InlineData("v1alpha3", "\"10\"", "90", 10, 90)]
    [InlineData("v1alpha4", "90.0", "10.0", 90, 10)]
    [InlineData("v1alpha4", "1e2", "900", 100, 900)]
    [InlineData("v1alpha4", "99999", "1", 99999, 1)]
    [InlineData("v1alpha4", "2147483648", "1", 2147483648, 1)]
    public void Weights_keep_their_exact_proportion(string version, string first, string second, uint expected, uint other) =>
        SmiText.Weights(SmiText.Split("web", "web", $"web-v1: {first}, web-v2: {second}", version: version)).Should().Equal(expected, other);

    [Theory]
    [InlineData("-1", "negative")]
    [InlineData("2147483649", "over 2147483648")]
    [InlineData("0.5", "not a whole number")]
    [InlineData("many", "not a number")]
    [InlineData(".nan", "not a number")]
    [InlineData(".inf", "not a number")]
    [InlineData("0x10", "not a number")]
    [InlineData("[1]", "a list")]
    [InlineData("{a: 1}", "an object")]
    public void A_bad_weight_costs_the_split_and_nothing_else(string weight, string why)
    {
        var read = ManifestReading.Read(SmiText.Service("web") + SmiText.Split("web", "web", $"web-v1: {weight}, web-v2: 1") + SmiText.Split("other", "web", "web-v2: 1"));

        read.Splits.Should().ContainSingle().Which.Key.Name.Should().Be("other");
        read.Services.Should().ContainSingle();
        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(d => d.Severity == Severity.Error && d.Code == "XDS1501" && d.Field == "spec.backends[0].weight" && d.Message.Contains(why));
    }

    [Fact]
    public void A_weight_that_is_missing_costs_the_split() =>
        ManifestReading.Read("{apiVersion: split.smi-spec.io/v1alpha4, kind: TrafficSplit, metadata: {name: a}, spec: {service: web, backends: [{service: web-v1}]}}")
            .Should().Match<MeshFragment>(f => f.Splits.IsEmpty && f.Diagnostics.Single().Field == "spec.backends[0].weight");

    [Theory]
    [InlineData("v1alpha1", "XDS9999")]
    [InlineData("v1alpha2", "XDS1502")]
    [InlineData("v1alpha4", "XDS1502")]
    public void A_text_is_a_quantity_and_worth_a_word_where_numbers_belong(string version, string code) =>
        ManifestReading.Read(SmiText.Split("web", "web", "web-v1: \"10\", web-v2: 90", version: version)).Diagnostics.Select(d => d.Code)
            .Should().Equal(version == "v1alpha1" ? [] : [code]);

    [Fact]
    public void A_backend_that_is_there_twice_has_the_sum()
    {
        var read = ManifestReading.Read(SmiText.Split("web", "web", "a: 1, b: 2, a: 3"));

        read.Splits.Single().Backends.Select(b => (b.Service, b.Weight)).Should().Equal(("a", 4u), ("b", 2u));
        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1503");
    }

    [Theory]
    [InlineData("backends: []")]
    [InlineData("backends: web")]
    [InlineData("other: 1")]
    public void A_split_without_backends_is_left_out_with_a_reason(string backends)
    {
        var read = ManifestReading.Read($"{{apiVersion: split.smi-spec.io/v1alpha4, kind: TrafficSplit, metadata: {{name: a}}, spec: {{service: web, {backends}}}}}");

        read.Splits.Should().BeEmpty();
        read.Diagnostics.Should().Contain(d => d.Severity == Severity.Error);
    }

    [Theory]
    [InlineData("matches: [{kind: TCPRoute, name: a}]")]
    [InlineData("matches: [a]")]
    [InlineData("matches: a")]
    [InlineData("matches: [{kind: HTTPRouteGroup}]")]
    public void Matches_that_cannot_be_read_never_widen_a_split(string matches)
    {
        var read = ManifestReading.Read(SmiText.Split("web", "web", "a: 1", more: "  " + matches));

        read.Splits.Should().BeEmpty();
        read.Diagnostics.Should().Contain(d => d.Severity == Severity.Error);
    }

    [Theory]
    [InlineData("web:80")]
    [InlineData("\"\"")]
    [InlineData("http://web")]
    [InlineData("\"*.example.com\"")]
    [InlineData("10.0.0.1")]
    public void A_root_that_is_no_name_is_refused(string root) =>
        ManifestReading.Read(SmiText.Split("web", root, "a: 1")).Should().Match<MeshFragment>(f => f.Splits.IsEmpty && f.Diagnostics.Any(d => d.Field == "spec.service"));

    [Theory]
    [InlineData("v1alpha5")]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public void An_unknown_version_is_named_and_left_out(string version) =>
        ManifestReading.Read(SmiText.Split("web", "web", "a: 1", version: version)).Should().Match<MeshFragment>(f => f.Splits.IsEmpty && f.Diagnostics.Single().Code == "XDS1105" && f.Diagnostics.Single().Object!.Value.Name == "web");

    [Fact]
    public void Fractions_are_brought_to_one_scale_and_whole_numbers_stay()
    {
        SplitWeights.ToWhole([Quantity.NanosPerUnit / 3, 2 * (Quantity.NanosPerUnit / 3)]).Should().Equal(1, 2);
        SplitWeights.ToWhole([50 * Quantity.NanosPerUnit, 50 * Quantity.NanosPerUnit]).Should().Equal(50, 50);
        SplitWeights.ToWhole([1, 2_147_483_648_000_000_000]).Should().Equal(1u, (uint)(2_147_483_648_000_000_000 / (2_147_483_648_000_000_000 / uint.MaxValue + 1)));
    }

    [Fact]
    public void Proportions_of_quantities_are_exact() => Prop.ForAll<uint, uint, uint>((a, b, c) =>
    {
        var nanos = new[] { a, b, c }.Select(n => (long)(n % 1_000_000) * 1_000_000).ToList();
        var whole = SplitWeights.ToWhole(nanos);
        return Enumerable.Range(0, 3).All(i => whole[i] * (BigInteger)nanos[(i + 1) % 3] == whole[(i + 1) % 3] * (BigInteger)nanos[i]);
    }).QuickCheckThrowOnFailure();
}
