using System.Runtime.InteropServices;

namespace Terra.Weaver.Tests.Processing;

/// <summary>Short ways into the engine.</summary>
public static class Weaving
{
    /// <summary>Weaves a file in place and insists that this succeeds.</summary>
    public static WeavingResult WeaveInPlace(string path, WeavingOptions? options = null)
    {
        WeavingResult result = Weave(path, options: options);
        if (result.Outcome != WeavingOutcome.Woven)
        {
            throw new InvalidOperationException($"{path} was not woven: {result.Outcome}\n{string.Join('\n', result.Diagnostics)}");
        }

        return result;
    }

    public static WeavingResult Weave(string path, string? output = null, WeavingOptions? options = null) =>
        FileWeaver.Weave(new FileWeavingRequest(path)
        {
            OutputPath = output,
            Options = options ?? new WeavingOptions(),
            SearchDirectories = [RuntimeEnvironment.GetRuntimeDirectory()],
        });
}
