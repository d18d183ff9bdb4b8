using System.Reflection;
using XdsServer.Tests.Integration.Conformance.Client;
using Xunit.Sdk;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Runs a theory once in state of the world and once in delta.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BothVariantsAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Variant.Sotw], [Variant.Delta]];
}
