using System.Reflection;
using XdsServer.Tests.Integration.Harness;
using Xunit.Sdk;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>Runs a test with the newest and with the oldest Envoy, and, where asked, with each way of subscribing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VersionsAttribute(params Transport[] transports) : DataAttribute
{
    /// <summary>The oldest and newest Envoy that we promise to work with.</summary>
    public static readonly IReadOnlyList<string> All = ["newest", "oldest"];

    /// <summary>In which ways; none: the test takes no such argument.</summary>
    public IReadOnlyList<Transport> Transports { get; } = transports;

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Transports.Count == 0
            ? All.Select(v => new object[] { v })
            : All.SelectMany(v => Transports.Select(t => new object[] { v, t }));
}
