using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Grpc;

public sealed class XdsServicesTests
{
    private static readonly string[] NotServed = ["LocalityEndpointDiscoveryService", "ClientStatusDiscoveryService"];

    [Fact]
    public void Every_method_of_the_discovery_services_is_served()
    {
        var defined = from file in MessageTypes.Files
                      from service in file.Services
                      where service.Name.EndsWith("DiscoveryService", StringComparison.Ordinal) && !NotServed.Contains(service.Name)
                      from method in service.Methods
                      select $"{service.FullName}/{method.Name}";

        XdsServices.Methods((_, _, _, _) => Task.CompletedTask).Concat(XdsServices.Methods((_, _, _, _) => throw new InvalidOperationException("not called"), "test"))
            .Select(m => m.Name).Should().BeEquivalentTo(defined);
    }

    [Theory]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources", DiscoveryVariant.Sotw, null)]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", DiscoveryVariant.Delta, null)]
    [InlineData("envoy.service.cluster.v3.ClusterDiscoveryService/StreamClusters", DiscoveryVariant.Sotw, "cds")]
    [InlineData("envoy.service.route.v3.VirtualHostDiscoveryService/DeltaVirtualHosts", DiscoveryVariant.Delta, "vhds")]
    [InlineData("envoy.service.secret.v3.SecretDiscoveryService/DeltaSecrets", DiscoveryVariant.Delta, "sds")]
    public async Task A_method_is_joined_to_its_variant_and_type(string name, DiscoveryVariant variant, string? type)
    {
        var served = new List<(DiscoveryVariant, string?)>();
        var method = XdsServices.Methods((_, v, t, _) =>
        {
            served.Add((v, t?.ShortName));
            return Task.CompletedTask;
        }).Single(m => m.Name == name);

        await method.Handler(GrpcCallTests.IdleCall());

        served.Should().Equal((variant, type));
    }

    [Theory]
    [InlineData(DiscoveryFault.InvalidArgument, GrpcStatusCode.InvalidArgument)]
    [InlineData(DiscoveryFault.PermissionDenied, GrpcStatusCode.PermissionDenied)]
    [InlineData(DiscoveryFault.ResourceExhausted, GrpcStatusCode.ResourceExhausted)]
    [InlineData(DiscoveryFault.Unavailable, GrpcStatusCode.Unavailable)]
    [InlineData(DiscoveryFault.DeadlineExceeded, GrpcStatusCode.DeadlineExceeded)]
    [InlineData(DiscoveryFault.Internal, GrpcStatusCode.Internal)]
    public async Task A_fault_of_discovery_becomes_a_status(DiscoveryFault fault, GrpcStatusCode code)
    {
        var method = XdsServices.Methods((_, _, _, _) => throw new DiscoveryException(fault, "why")).First();

        var call = () => method.Handler(GrpcCallTests.IdleCall());

        (await call.Should().ThrowAsync<GrpcException>()).Which.Status.Should().Be(new GrpcStatus(code, "why"));
    }
}
