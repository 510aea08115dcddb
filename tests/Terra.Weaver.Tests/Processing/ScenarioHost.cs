using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;

namespace Terra.Weaver.Tests.Processing;

/// <summary>
/// Loads a processed assembly with the recording runtime beside it, apart from everything else in the process, and runs its
/// scenarios: each once in a fixed order, so that what a static constructor does falls into the same scenario in each host.
/// </summary>
public sealed class ScenarioHost
{
    private readonly Dictionary<string, Outcome> _outcomes = [];
    private readonly Dictionary<string, Outcome> _resumed = [];
    private readonly Dictionary<Assembly, SiteTable> _sites = [];
    private readonly dynamic _modules;

    public ScenarioHost(string path)
    {
        var context = new FolderLoadContext(Path.GetDirectoryName(path)!);
        Assembly = context.LoadFromAssemblyPath(path);
        Runtime = context.LoadFromAssemblyName(new AssemblyName("Terra.Runtime"));
        foreach (MethodInfo scenario in Marked("ScenarioAttribute"))
        {
            SetResuming(onAnotherThread: false);
            _outcomes.Add(NameOf(scenario), Run(scenario));
            if (scenario.ReturnType.IsAssignableTo(typeof(Task)))
            {
                SetResuming(onAnotherThread: true);
                _resumed.Add(NameOf(scenario), Run(scenario));
            }
        }

        _modules = Recorder.GetProperty("Modules")!.GetValue(null)!;
    }

    public Assembly Assembly { get; }

    public Assembly Runtime { get; }

    public IReadOnlyDictionary<string, Outcome> Outcomes => _outcomes;

    /// <summary>The outcomes of the async scenarios when each await resumes on another thread.</summary>
    public IReadOnlyDictionary<string, Outcome> Resumed => _resumed;

    private Type Recorder => Runtime.GetType("Terra.Testing.Recorder", throwOnError: true)!;

    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    public IEnumerable<MethodInfo> Marked(string attribute) => Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.CustomAttributes.Any(a => a.AttributeType.Name == attribute))
        .OrderBy(NameOf, StringComparer.Ordinal);

    /// <summary>The calls of a location that the program's text shows, outermost first.</summary>
    public IReadOnlyList<Site> CallsOf(Op op) => [.. op.Location
        .Where(entry => entry.Turn == -1)
        .Select(entry => SiteOf(entry.SiteId))
        .Where(site => site.Line > 0)];

    /// <summary>The turns of the loops of the method that performs the op, outermost first: those between the last two calls.</summary>
    public static IReadOnlyList<int> OwnTurnsOf(Op op) => [.. op.Location
        .SkipLast(1)
        .Reverse()
        .TakeWhile(entry => entry.Turn >= 0)
        .Reverse()
        .Select(entry => entry.Turn)];

    public Site SiteOf(int id)
    {
        foreach (dynamic module in _modules)
        {
            if (id >= (int)module.First && id < (int)module.First + (int)module.Count)
            {
                Assembly assembly = module.Assembly;
                if (!_sites.TryGetValue(assembly, out SiteTable? table))
                {
                    _sites.Add(assembly, table = SiteTable.Of(assembly));
                }

                return table[id - (int)module.First];
            }
        }

        throw new InvalidOperationException($"no module has registered the site {id}");
    }

    private static string Describe(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";

    private Outcome Run(MethodInfo scenario)
    {
        Recorder.GetMethod("Clear")!.Invoke(null, null);
        string result;
        IReadOnlyList<string> trace = [];
        try
        {
            object? value = scenario.Invoke(null, null);
            result = Describe(value is Task<float> task ? task.GetAwaiter().GetResult() : value);
        }
        catch (Exception e)
        {
            Exception thrown = (e as TargetInvocationException)?.InnerException ?? e;
            result = $"{thrown.GetType().Name}: {thrown.Message}";
            trace = [.. new StackTrace(thrown, fNeedFileInfo: true).GetFrames()
                .Where(frame => frame.GetMethod()?.DeclaringType is { } type && type.Assembly != typeof(ScenarioHost).Assembly)
                .Where(frame => frame.GetMethod()!.DeclaringType!.Assembly != typeof(MethodInfo).Assembly)
                .Select(frame => $"{frame.GetMethod()!.DeclaringType}.{frame.GetMethod()}:{frame.GetFileLineNumber()}")];
        }

        return new Outcome(result, trace, Ops(), [.. (IEnumerable<string>)Recorder.GetProperty("Complaints")!.GetValue(null)!], (int)Recorder.GetProperty("Depth")!.GetValue(null)!);
    }

    private List<Op> Ops()
    {
        var ops = new List<Op>();
        foreach (dynamic record in (dynamic)Recorder.GetProperty("Ops")!.GetValue(null)!)
        {
            var location = new List<(int, int)>();
            foreach (dynamic entry in record.Location)
            {
                location.Add(((int)entry.SiteId, (int)entry.Turn));
            }

            var frames = new List<(MethodBase, int)>();
            foreach (dynamic frame in record.Frames)
            {
                if (((MethodBase)frame.Method).DeclaringType!.Assembly == Assembly)
                {
                    frames.Add(((MethodBase)frame.Method, (int)frame.Line));
                }
            }

            ops.Add(new Op((string)record.Op, location, frames, (IReadOnlyList<int>?)record.Turns));
        }

        return ops;
    }

    private void SetResuming(bool onAnotherThread) =>
        Assembly.GetType("AssemblyToProcess.Resuming")?.GetProperty("OnAnotherThread")!.SetValue(null, onAnotherThread);

    private sealed class FolderLoadContext(string folder) : AssemblyLoadContext("processed")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}

/// <summary>What a scenario did: its result or exception, and what was recorded meanwhile.</summary>
/// <param name="Result">The value or the exception as text.</param>
/// <param name="Trace">The exception's stack trace with line numbers.</param>
/// <param name="Ops">The ops in order.</param>
/// <param name="Complaints">Hook calls that no correct weaving makes.</param>
/// <param name="DepthAfter">How many sites the thread was still in when the scenario had ended.</param>
public sealed record Outcome(string Result, IReadOnlyList<string> Trace, IReadOnlyList<Op> Ops, IReadOnlyList<string> Complaints, int DepthAfter);

/// <summary>An op that ran: where the hooks and where the machine's stack say it did, both outermost first.</summary>
public sealed record Op(string Name, IReadOnlyList<(int SiteId, int Turn)> Location, IReadOnlyList<(MethodBase Method, int Line)> Frames, IReadOnlyList<int>? Turns);
