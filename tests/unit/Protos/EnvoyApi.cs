using Google.Protobuf.Reflection;

namespace XdsServer.Tests.Unit.Protos;

/// <summary>Envoy's whole API as a FileDescriptorSet, limits included: the file that <c>ENVOY_API_BINPB</c> names.</summary>
internal static class EnvoyApi
{
    private const string Variable = "ENVOY_API_BINPB";

    private static readonly Lazy<FileDescriptorSet?> Loaded = new(() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path && File.Exists(path) ? FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(path)) : null);

    private static readonly Lazy<Dictionary<string, DescriptorProto>> Found = new(() =>
        Require().File.SelectMany(f => f.MessageType.SelectMany(m => Nested(m, f.Package))).ToDictionary(m => m.Name, m => m.Message, StringComparer.Ordinal));

    /// <summary>Messages by full name. Skips the test when there is no set.</summary>
    public static Dictionary<string, DescriptorProto> Messages => Found.Value;

    /// <summary>The set; without it the test is skipped, or fails when <c>XDS_TEST_REQUIRE</c> lists <c>envoy-api</c>.</summary>
    public static FileDescriptorSet Require()
    {
        if (Loaded.Value is { } set)
        {
            return set;
        }

        const string Reason = $"{Variable} does not name the Envoy API as a FileDescriptorSet (protoc --include_imports --descriptor_set_out).";
        var required = (Environment.GetEnvironmentVariable("XDS_TEST_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries);
        required.Should().NotContain("envoy-api", Reason);
        throw new SkipException(Reason);
    }

    private static IEnumerable<(string Name, DescriptorProto Message)> Nested(DescriptorProto message, string scope)
    {
        var name = $"{scope}.{message.Name}";
        return message.NestedType.SelectMany(n => Nested(n, name)).Prepend((name, message));
    }
}
