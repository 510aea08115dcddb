using System.Diagnostics;
using System.Reflection;
using Terra.Runtime.Tracing;

namespace Terra.Testing;

/// <summary>Collects, for each op that runs, where the hooks say it is and where the runtime's own stack trace says it is.</summary>
public static class Recorder
{
    private static readonly Lock s_lock = new();
    private static readonly List<OpRecord> s_ops = [];
    private static readonly List<string> s_complaints = [];
    private static readonly List<ModuleSites> s_modules = [];
    private static readonly Dictionary<string, int> s_hooks = [];

    /// <summary>
    /// Forgets everything recorded, but not which modules registered, and puts this thread outside of every site: an exception that
    /// leaves woven code for good passes no hook which could.
    /// </summary>
    public static void Clear()
    {
        ProgramHooks.RestoreLocation(null);
        lock (s_lock)
        {
            s_ops.Clear();
            s_complaints.Clear();
            s_hooks.Clear();
        }
    }

    public static IReadOnlyList<OpRecord> Ops
    {
        get
        {
            lock (s_lock)
            {
                return [.. s_ops];
            }
        }
    }

    /// <summary>Calls of hooks that no correct weaving makes.</summary>
    public static IReadOnlyList<string> Complaints
    {
        get
        {
            lock (s_lock)
            {
                return [.. s_complaints];
            }
        }
    }

    public static IReadOnlyList<ModuleSites> Modules
    {
        get
        {
            lock (s_lock)
            {
                return [.. s_modules];
            }
        }
    }

    /// <summary>How many sites the current thread is in.</summary>
    public static int Depth => Path(ProgramHooks.Current).Count;

    public static int HookCalls(string hook)
    {
        lock (s_lock)
        {
            return s_hooks.GetValueOrDefault(hook);
        }
    }

    internal static void AddModule(Assembly assembly, int first, int count)
    {
        lock (s_lock)
        {
            s_modules.Add(new ModuleSites(assembly, first, count));
        }
    }

    internal static void Complain(string complaint)
    {
        lock (s_lock)
        {
            s_complaints.Add(complaint);
        }
    }

    internal static void CountHook(string hook)
    {
        lock (s_lock)
        {
            s_hooks[hook] = s_hooks.GetValueOrDefault(hook) + 1;
        }
    }

    /// <summary>Notes an op that runs now on this thread; <paramref name="turns"/>: which turns the program says its own loops are at, or null.</summary>
    public static void Record(string op, int[]? turns, Assembly self)
    {
        var frames = new List<FrameRecord>();
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            MethodBase? method = frame.GetMethod();
            Assembly? assembly = method?.DeclaringType?.Assembly;
            if (method is not null && assembly is not null && assembly != self && assembly != typeof(Recorder).Assembly)
            {
                frames.Add(new FrameRecord(method, frame.GetFileLineNumber()));
            }
        }

        frames.Reverse();
        lock (s_lock)
        {
            s_ops.Add(new OpRecord(op, Path(ProgramHooks.Current), frames, turns));
        }
    }

    private static List<SiteRecord> Path(Location? location)
    {
        var path = new List<SiteRecord>();
        for (; location is not null; location = location.Outer)
        {
            path.Add(new SiteRecord(location.SiteId, location.Turn));
        }

        path.Reverse();
        return path;
    }
}

/// <summary>An op: the hooks' location and the physical stack, both outermost first.</summary>
public sealed record OpRecord(string Op, IReadOnlyList<SiteRecord> Location, IReadOnlyList<FrameRecord> Frames, IReadOnlyList<int>? Turns);

/// <summary>One entry of a location: a call if <see cref="Turn"/> is -1, a step if -2, else a loop at its turn.</summary>
public sealed record SiteRecord(int SiteId, int Turn);

public sealed record FrameRecord(MethodBase Method, int Line);

public sealed record ModuleSites(Assembly Assembly, int First, int Count);
