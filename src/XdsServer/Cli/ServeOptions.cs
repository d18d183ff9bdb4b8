using System.CommandLine;
using XdsServer.Options;

namespace XdsServer.Cli;

/// <summary>The options of <c>serve</c>, and how they override the settings.</summary>
internal sealed class ServeOptions
{
    private readonly Option<string[]> _files = Many("--files", "DIR", "A file or folder of manifests; may be given several times. Edits are served at once.");
    private readonly Option<bool> _kubernetes = new("--kubernetes") { Description = "Read a Kubernetes cluster (not available yet)." };
    private readonly Option<string> _kubeconfig = One("--kubeconfig", "FILE", "The kubeconfig for --kubernetes (not available yet).");
    private readonly Option<string[]> _contexts = Many("--context", "NAME", "A context of the kubeconfig; may be given several times (not available yet).");
    private readonly Option<string> _consul = One("--consul", "URL", "Read a Consul catalog (not available yet).");
    private readonly Option<string> _grpc = One("--grpc", "ADDR:PORT", "Where Envoys and gRPC clients connect. [default: 0.0.0.0:18000]");
    private readonly Option<string> _rest = One("--rest", "ADDR:PORT", "Where Envoys that poll over REST connect. [default: 0.0.0.0:18001]");
    private readonly Option<string> _admin = One("--admin", "ADDR:PORT", "Health, metrics and the read-only API. [default: 127.0.0.1:18002]");
    private readonly Option<string> _config = One("--config", "FILE", "A JSON file with settings, instead of appsettings.json in the current folder.");
    private readonly Option<string> _logFormat = One("--log-format", "FORMAT", "console or json. [default: console]");
    private readonly Option<string> _logLevel = One("--log-level", "LEVEL", "trace, debug, information, warning, error or none. [default: information]");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_files, _kubernetes, _kubeconfig, _contexts, _consul, _grpc, _rest, _admin, _config, _logFormat, _logLevel])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings file that was named; null: the usual one.</summary>
    public string? ConfigFile(ParseResult parsed) => parsed.GetValue(_config);

    /// <summary>The option for a source that is not there yet, when one was used; null otherwise.</summary>
    public string? NotAvailable(ParseResult parsed) =>
        parsed.GetValue(_kubernetes) || parsed.GetValue(_kubeconfig) is not null || parsed.GetValue(_contexts) is { Length: > 0 } ? "--kubernetes"
        : parsed.GetValue(_consul) is not null ? "--consul"
        : null;

    /// <summary>The settings with what the command line says.</summary>
    public XdsServerOptions Apply(ParseResult parsed, XdsServerOptions options) => options with
    {
        Files = parsed.GetValue(_files) is { Length: > 0 } paths ? options.Files with { Paths = paths } : options.Files,
        Grpc = parsed.GetValue(_grpc) is { } grpc ? options.Grpc with { Address = grpc } : options.Grpc,
        Rest = parsed.GetValue(_rest) is { } rest ? options.Rest with { Address = rest } : options.Rest,
        Admin = parsed.GetValue(_admin) is { } admin ? options.Admin with { Address = admin } : options.Admin,
        Log = new LogOptions { Format = parsed.GetValue(_logFormat) ?? options.Log.Format, Level = parsed.GetValue(_logLevel) ?? options.Log.Level },
    };

    private static Option<string> One(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static Option<string[]> Many(string name, string value, string description) => new(name) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore };
}
