using Microsoft.Extensions.Configuration;
using XdsServer.Options;

namespace XdsServer.Tests.Unit.Options;

public sealed class OptionsReaderTests
{
    [Fact]
    public void Without_settings_the_defaults_are_those_of_the_contract()
    {
        var options = Read();

        options.Grpc.Address.Should().Be("0.0.0.0:18000");
        options.Rest.Address.Should().Be("0.0.0.0:18001");
        options.Admin.Address.Should().Be("127.0.0.1:18002");
        OptionsCheck.Problems(options).Should().BeEmpty();
    }

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        var options = Read(
            ("Xds:Grpc:Address", "[::1]:0"),
            ("Xds:Files:Paths:0", "a"),
            ("Xds:Files:Paths:1", "b"),
            ("Xds:Pipeline:Quiet", "00:00:00.25"),
            ("Xds:Discovery:AllowPlaintextSecrets", "true"),
            ("Xds:Groups:Rules:0:Id", "edge-*"),
            ("Xds:Groups:Rules:0:Metadata:team", "blue"),
            ("Xds:Groups:Rules:0:Use:Profile", "gateway"),
            ("Xds:Groups:Default:EgressPort", "16001"));

        options.Grpc.Address.Should().Be("[::1]:0");
        options.Files.Paths.Should().Equal("a", "b");
        options.Pipeline.Quiet.Should().Be(TimeSpan.FromMilliseconds(250));
        options.Discovery.AllowPlaintextSecrets.Should().BeTrue();
        options.Groups.Rules.Should().ContainSingle();
        options.Groups.Rules[0].Metadata.Should().ContainKey("team").WhoseValue.Should().Be("blue");
        options.Groups.Rules[0].Use.Profile.Should().Be("gateway");
        options.Groups.Default!.EgressPort.Should().Be(16001);
    }

    [Theory]
    [InlineData("Xds:Grpc:Adress", "x", "Xds:Grpc:Address")]
    [InlineData("Xds:Pipelin:Quiet", "x", "Xds:Pipeline")]
    [InlineData("Xds:Groups:Rules:0:Uses:Profile", "x", "Xds:Groups:Rules:0:Use")]
    public void A_misspelled_key_is_an_error_that_names_the_right_one(string key, string value, string meant) =>
        FluentActions.Invoking(() => Read((key, value))).Should().Throw<OptionsException>().WithMessage($"*did you mean {meant}?*");

    [Fact]
    public void A_value_that_cannot_be_read_names_its_key() =>
        FluentActions.Invoking(() => Read(("Xds:Pipeline:Quiet", "soon"))).Should().Throw<OptionsException>().WithMessage("*Xds:Pipeline:Quiet*00:00:05*");

    [Theory]
    [InlineData("Xds:Grpc:Address", "18000")]
    [InlineData("Xds:Rest:Address", "localhost")]
    [InlineData("Xds:Admin:Address", "1.2.3.4:99999")]
    [InlineData("Xds:Pipeline:MaxWait", "00:00:00")]
    [InlineData("Xds:Groups:MaxGroups", "0")]
    [InlineData("Xds:Grpc:Limits:MaxLongWrites", "0")]
    [InlineData("Xds:Groups:Rules:0:Use:Profile", "ingress")]
    [InlineData("Xds:Groups:Default:InboundPort", "70000")]
    [InlineData("Xds:Log:Format", "xml")]
    [InlineData("Xds:Log:Level", "loud")]
    [InlineData("Xds:Telemetry:OtlpEndpoint", "collector:4317")]
    [InlineData("Xds:Telemetry:OtlpProtocol", "thrift")]
    [InlineData("Xds:Grpc:Tls:CertificateFile", "missing.pem")]
    [InlineData("Xds:LoadReports:Interval", "00:00:00")]
    [InlineData("Xds:LoadReports:Window", "00:00:05")]
    [InlineData("Xds:LoadReports:MaxRows", "0")]
    [InlineData("Xds:SmiMetrics:Address", "0.0.0.0:18443")]
    [InlineData("Xds:SmiMetrics:Address", "nowhere")]
    public void A_value_that_makes_no_sense_names_its_key(string key, string value) =>
        OptionsCheck.Problems(Read((key, value))).Should().Contain(p => p.Contains(key, StringComparison.Ordinal));

    [Fact]
    public void Two_listeners_on_one_port_are_refused_before_anything_starts() =>
        OptionsCheck.Problems(Read(("Xds:Rest:Address", "0.0.0.0:18000"))).Should().ContainSingle().Which.Should().Contain("Xds:Grpc:Address").And.Contain("Xds:Rest:Address");

    private static XdsServerOptions Read(params (string Key, string Value)[] settings) => OptionsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build());
}
