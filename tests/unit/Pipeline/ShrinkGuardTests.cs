using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Tests.Unit.Translators;

namespace XdsServer.Tests.Unit.Pipeline;

public sealed class ShrinkGuardTests
{
    private static readonly PipelineOptions Options = new() { ShrinkPercent = 80, ShrinkServices = 20 };

    [Theory]
    [InlineData(100, 20, false)]
    [InlineData(100, 19, true)]
    [InlineData(100, 0, true)]
    [InlineData(20, 3, true)]
    [InlineData(19, 0, false)]
    [InlineData(20, 40, false)]
    public void Services_that_vanish_together_are_held(int before, int after, bool isHeld) =>
        (ShrinkGuard.Check(Mesh(before), Mesh(after), Options) is not null).Should().Be(isHeld);

    [Fact]
    public void Endpoints_that_vanish_from_nearly_all_services_are_held()
    {
        var before = Mesh(100);
        var after = before with { Endpoints = [.. before.Endpoints.Select((e, i) => i < 85 ? e with { Endpoints = [] } : e)] };

        ShrinkGuard.Check(before, after, Options)!.Message.Should().Contain("85 of 100 services");
        ShrinkGuard.Check(before, before with { Endpoints = before.Endpoints[..15] }, Options)!.Code.Should().Be("XDS2010");
    }

    [Fact]
    public void A_service_that_is_scaled_down_is_no_loss()
    {
        var services = Mesh(30);
        var slices = Enumerable.Range(0, 500).Select(i => Meshes.Endpoints("web", $"10.1.{i / 250}.{i % 250}")).ToArray();

        ShrinkGuard.Check(services with { Endpoints = [.. slices] }, services with { Endpoints = [slices[0]] }, Options).Should().BeNull();
    }

    [Fact]
    public void Nothing_is_held_at_one_hundred_percent() =>
        ShrinkGuard.Check(Mesh(100), Mesh(0), Options with { ShrinkPercent = 100 }).Should().BeNull();

    private static MeshFragment Mesh(int services)
    {
        var names = Enumerable.Range(0, services).Select(i => $"s{i:000}").ToList();
        return Meshes.Fragment() with { Services = [.. names.Select(n => Meshes.Service(n))], Endpoints = [.. names.Select(n => Meshes.Endpoints(n, "10.0.0.1"))] };
    }
}
