using System.CommandLine;
using XdsServer.Groups;
using XdsServer.Translators;

namespace XdsServer.Cli;

/// <summary>What a proxy is, on the command line: shared by <c>translate</c> and <c>bootstrap</c>.</summary>
internal sealed class ProxyOptions
{
    private readonly Option<string> _profile = new("--profile") { HelpName = "PROFILE", Description = $"What kind of proxy: {ProfileNames.Listed}.", DefaultValueFactory = _ => "sidecar" };
    private readonly Option<string> _namespace = new("--namespace") { HelpName = "NS", Description = "Whose short names it understands.", DefaultValueFactory = _ => "default" };
    private readonly Option<string> _service = new("--service") { HelpName = "S", Description = "The workload beside it, or the gateway that it is.", DefaultValueFactory = _ => "" };
    private readonly Option<int> _egress = Port("--egress-port", 15001, "The port of its egress listener.");
    private readonly Option<int> _inbound = Port("--inbound-port", 15006, "The port of its inbound listener.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _profile.AcceptOnlyFromAmong([.. ProfileNames.All]);
        foreach (Option option in (Option[])[_profile, _namespace, _service, _egress, _inbound])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The group of such a proxy.</summary>
    public ProxyGroupKey Key(ParseResult parsed, string machine = "")
    {
        var profile = Enum.Parse<ProxyProfile>(parsed.GetRequiredValue(_profile), ignoreCase: true);
        return new ProxyGroupKey(
            profile,
            parsed.GetRequiredValue(_namespace),
            parsed.GetRequiredValue(_service),
            parsed.GetValue(_egress),
            parsed.GetValue(_inbound),
            profile == ProxyProfile.Node ? machine : "");
    }

    /// <summary>An option for a port; anything but a port is wrong usage.</summary>
    public static Option<int> Port(string name, int fallback, string description)
    {
        var option = new Option<int>(name) { HelpName = "PORT", Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var port) || port is < 0 or > 65535))
            {
                result.AddError($"{name} is '{result.Tokens[0].Value}': it must be a port from 1 to 65535.");
            }
        });
        return option;
    }
}
