using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration;

/// <summary>How tests get an Envoy on a machine that has Docker only, with a stand-in for the <c>docker</c> command.</summary>
public sealed class EnvoyImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void The_program_is_copied_out_of_the_image_once()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The image holds a program for Linux.");
        var docker = Docker("""
            echo "$@" >> "$0.log"
            case $1 in
              create) echo c42 ;;
              cp) echo program > "$3" ;;
            esac
            """);

        var program = EnvoyImage.Program("v9", _folder.PathOf("cache"), docker);

        File.ReadAllText(program!).Should().Be("program\n");
        EnvoyImage.Program("v9", _folder.PathOf("cache"), docker).Should().Be(program);
        File.ReadAllLines(docker + ".log").Should().Equal("create envoyproxy/envoy:v9", $"cp c42:/usr/local/bin/envoy {program}.part", "rm c42");
    }

    [SkippableTheory]
    [InlineData("exit 1")]
    [InlineData("[ $1 = create ] && echo c42")]
    public void A_docker_that_cannot_give_it_is_as_none(string script)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The image holds a program for Linux.");

        EnvoyImage.Program("v9", _folder.PathOf("cache"), Docker(script)).Should().BeNull();
        EnvoyImage.Program("v9", _folder.PathOf("cache"), _folder.PathOf("no-docker")).Should().BeNull();
    }

    private string Docker(string script)
    {
        var file = _folder.Write("docker", "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return file;
    }
}
