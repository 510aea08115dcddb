using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Terra.Weaver;

namespace Terra.Build;

/// <summary>Weaves a freshly compiled assembly in place. build/Terra.targets says when.</summary>
public sealed class WeaveTask : Microsoft.Build.Utilities.Task
{
    /// <summary>The compiler's output in obj/; its symbols are beside it or in it.</summary>
    [Required]
    public string AssemblyPath { get; set; } = "";

    /// <summary>The files that the compiler got as references.</summary>
    public ITaskItem[] References { get; set; } = [];

    public bool ProgramWeaving { get; set; } = true;

    public bool OpCapture { get; set; } = true;

    /// <summary>Namespaces separated by <c>;</c>, see <see cref="WeavingOptions.IncludeNamespaces"/>.</summary>
    public string IncludeNamespaces { get; set; } = "";

    /// <summary>Namespaces separated by <c>;</c>, see <see cref="WeavingOptions.ExcludeNamespaces"/>.</summary>
    public string ExcludeNamespaces { get; set; } = "";

    /// <summary>Method names separated by <c>;</c>, see <see cref="WeavingOptions.StepMethods"/>.</summary>
    public string StepMethods { get; set; } = "";

    /// <summary>The project, for messages about its options.</summary>
    public string ProjectFile { get; set; } = "";

    /// <summary>True if this run wove the assembly; false if it was woven before.</summary>
    [Output]
    public bool Woven { get; private set; }

    public override bool Execute()
    {
        WeavingResult result = FileWeaver.Weave(new FileWeavingRequest(AssemblyPath)
        {
            ReferencePaths = [.. References.Select(reference => reference.GetMetadata("FullPath"))],
            Options = new WeavingOptions
            {
                ProgramWeaving = ProgramWeaving,
                OpCapture = OpCapture,
                IncludeNamespaces = Names(IncludeNamespaces),
                ExcludeNamespaces = Names(ExcludeNamespaces),
                StepMethods = Names(StepMethods),
                Source = ProjectFile.Length > 0 ? ProjectFile : null,
            },
            Log = new BuildLog(Log),
        });
        Woven = result.Outcome == WeavingOutcome.Woven;
        if (Woven)
        {
            Log.LogMessage(
                MessageImportance.Normal,
                "Terra wove {0}: {1} methods, {2} calls, {3} loops, {4} steps, {5} ops.",
                AssemblyPath,
                result.Methods,
                result.Calls,
                result.Loops,
                result.Steps,
                result.Ops);
        }

        if (Woven && Log.HasLoggedErrors)
        {
            // A warning that counts as an error: the next build has to compile and weave again, and fail again, rather than take what is here.
            File.Delete(AssemblyPath);
        }

        return result.Succeeded && !Log.HasLoggedErrors;
    }

    private static string[] Names(string list) =>
        [.. list.Split(';').Select(name => name.Trim()).Where(name => name.Length > 0)];
}
