using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Terra.Weaver.Tests.Processing;

/// <summary>Runs the dotnet command: the tool, finished programs, builds.</summary>
public static class DotNet
{
    private static readonly string s_host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>Runs <c>terra</c> from this test's output.</summary>
    public static Finished Terra(params string[] arguments) => Run(AppContext.BaseDirectory, [Path.Combine(AppContext.BaseDirectory, "terra.dll"), .. arguments]);

    public static Finished Run(string folder, params string[] arguments) => RunProgram(s_host, folder, arguments);

    /// <summary>Runs with variables of the environment set.</summary>
    public static Finished Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunProgram(s_host, folder, arguments, environment);

    /// <summary>Runs a program that finds the runtime by itself, as the tools that dotnet installs do.</summary>
    public static Finished RunProgram(string program, string folder, params string[] arguments) =>
        RunProgram(program, folder, arguments, new Dictionary<string, string>());

    private static Finished RunProgram(string program, string folder, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

        // What the test host sets for itself must not reach the builds it starts.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.Ordinal) || name == "DOTNET_HOST_PATH").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Finished(process.ExitCode, output.Result, errors.Result);
    }
}

public sealed record Finished(int ExitCode, string Output, string Errors);
