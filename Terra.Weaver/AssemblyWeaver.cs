using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>The engine's way in for a module in memory. Files go through <see cref="FileWeaver"/>.</summary>
public static class AssemblyWeaver
{
    /// <summary>The version written to the woven assembly's <c>TerraWoven</c> attribute.</summary>
    public static string Version { get; } = typeof(AssemblyWeaver).Assembly.GetName().Version.ToString(3);

    /// <summary>
    /// Weaves a module in place. When the outcome is <see cref="WeavingOutcome.Failed"/> the module may be changed in memory and
    /// must be thrown away: nothing of it may be written.
    /// </summary>
    public static WeavingResult Weave(WeavingRequest request)
    {
        var diagnostics = new DiagnosticBag(request.Log);
        try
        {
            return new ModuleWeaving(request, diagnostics).Run();
        }
        catch (WeavingException e)
        {
            diagnostics.Add(e.Diagnostic);
        }
        catch (AssemblyResolutionException e)
        {
            diagnostics.Add(Diagnostics.MissingDependency(request.Module.FileName ?? request.Module.Name, e.AssemblyReference.FullName));
        }

        return new WeavingResult { Outcome = WeavingOutcome.Failed, Diagnostics = diagnostics.All };
    }

    /// <summary>The mark of an earlier weaving, or null.</summary>
    public static CustomAttribute? FindMark(ModuleDefinition module) =>
        module.Assembly?.CustomAttributes.FirstOrDefault(a => a.AttributeType.FullName == RuntimeNames.WovenAttribute);
}
