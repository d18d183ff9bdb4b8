namespace XdsServer.Tests.Unit.Architecture;

/// <summary>Who may use whom: the table of docs/architecture.md.</summary>
public sealed class LayerTests
{
    private static readonly string[] OurAssemblies = ["XdsControlPlane.Protos", "XdsServer.Model", "XdsServer.Sources", "XdsServer.Translators", "XdsServer"];

    [Theory]
    [InlineData("XdsControlPlane.Protos", "Google.Protobuf")]
    [InlineData("XdsServer.Model", "")]
    [InlineData("XdsServer.Sources", "XdsServer.Model YamlDotNet Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("XdsServer.Translators", "XdsServer.Model XdsControlPlane.Protos Google.Protobuf")]
    public void A_project_refers_only_to_what_the_table_allows(string assembly, string allowed)
    {
        var used = AssemblyMetadata.Of(assembly).Assemblies.Where(a => !IsBaseLibrary(a));

        used.Should().BeSubsetOf(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("Discovery", "XdsServer.Grpc", "XdsServer.Admin", "XdsServer.Sources", "XdsServer.Cli", "XdsServer.Pipeline")]
    [InlineData("Rest", "XdsServer.Grpc", "XdsServer.Admin", "XdsServer.Sources", "XdsServer.Cli", "XdsServer.Pipeline")]
    [InlineData("Groups", "XdsServer.Grpc", "XdsServer.Admin", "XdsServer.Sources", "XdsServer.Cli")]
    [InlineData("Pipeline", "XdsServer.Grpc", "XdsServer.Admin", "XdsServer.Cli")]
    public void A_folder_of_the_server_does_not_know(string folder, params string[] namespaces)
    {
        var offenders = Repository.SourceFiles("src", "XdsServer", folder)
            .SelectMany(f => File.ReadLines(f).Select(line => (File: Path.GetFileName(f), Line: line)))
            .Where(l => namespaces.Any(n => l.Line.Contains(n + ".", StringComparison.Ordinal) || l.Line.Contains(n + ";", StringComparison.Ordinal)));

        offenders.Should().BeEmpty();
    }

    [Theory]
    [InlineData("XdsServer.Translators", "System.Threading.Tasks.", "Translators are pure: no tasks.")]
    [InlineData("XdsServer.Translators", "System.IO.File", "Translators are pure: no I/O.")]
    [InlineData("XdsServer.Translators", "System.IO.Directory", "Translators are pure: no I/O.")]
    [InlineData("XdsServer.Translators", "System.Net.Http", "Translators are pure: no I/O.")]
    [InlineData("XdsServer.Translators", "System.Net.Sockets", "Translators are pure: no I/O.")]
    [InlineData("XdsServer.Translators", "System.TimeProvider", "Translators are pure: no clock.")]
    [InlineData("XdsServer.Translators", "System.Random", "Translators are pure: no random numbers.")]
    [InlineData("XdsServer.Model", "System.IO.File", "The model does not read files.")]
    [InlineData("XdsServer.Model", "System.Net.Http", "The model does not speak HTTP.")]
    public void A_pure_project_does_not_use_types(string assembly, string prefix, string why) =>
        AssemblyMetadata.Of(assembly).Types.Where(t => t.StartsWith(prefix, StringComparison.Ordinal)).Should().BeEmpty(why);

    [Fact]
    public void Nobody_reads_the_static_clock_blocks_a_thread_or_invents_numbers()
    {
        string[] banned =
        [
            "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
            "System.Threading.Thread.Sleep", "System.Threading.Tasks.Task.Wait", "System.Threading.Tasks.Task`1.get_Result", "System.Guid.NewGuid",
            "System.Threading.Channels.Channel.CreateUnbounded",
        ];

        var used = OurAssemblies.Skip(1).SelectMany(a => AssemblyMetadata.Of(a).Members.Intersect(banned).Select(m => $"{a}: {m}"));

        used.Should().BeEmpty("time comes from TimeProvider, waiting is asynchronous, and no queue may grow");
    }

    private static bool IsBaseLibrary(string assembly) =>
        assembly.StartsWith("System.", StringComparison.Ordinal) || assembly is "System" or "netstandard" or "mscorlib";
}
