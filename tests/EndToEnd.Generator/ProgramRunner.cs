using System.Reflection;
using System.Runtime.ExceptionServices;
using Terra.EndToEnd.UnwovenHelpers;
using Terra.Runtime.Diagnostics;
using TorchSharp;

namespace Terra.EndToEnd.Generator;

/// <summary>What a run of a program saw, and what Terra did meanwhile.</summary>
public sealed record Run(IReadOnlyList<string> Lines, TerraStatistics Statistics, Exception? Thrown);

/// <summary>Runs programs in one of Terra's modes, each time as in a fresh process.</summary>
public static class ProgramRunner
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs <paramref name="program"/> on a thread of its own. What it throws, and where it leaves the default generator, is part of what it saw.
    /// </summary>
    /// <exception cref="TimeoutException">It does not come to an end.</exception>
    public static Run Run(Action<Observer> program, TerraMode mode)
    {
        TerraMode before = TerraRuntime.Mode;
        TerraRuntime.Reset();
        TerraRuntime.Mode = mode;
        var observer = new Observer();
        try
        {
            torch.manual_seed(1234);
            Exception? thrown = null;
            var thread = new Thread(() => thrown = Guard(program, observer)) { IsBackground = true, Name = $"program ({mode})" };
            thread.Start();
            if (!thread.Join(s_limit))
            {
                throw new TimeoutException(
                    $"the program does not end in mode {mode}; last it saw: {(observer.Lines.Count == 0 ? "nothing" : observer.Lines[^1])}");
            }

            return new Run(observer.Lines, TerraStatistics.Snapshot(), thrown);
        }
        finally
        {
            TerraRuntime.Mode = before;
        }
    }

    /// <summary>A program as a method of an assembly.</summary>
    public static Action<Observer> Of(MethodInfo method) => observer =>
    {
        try
        {
            if (method.Invoke(null, [observer]) is Task task)
            {
                task.GetAwaiter().GetResult();
            }
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
    };

    private static Exception? Guard(Action<Observer> program, Observer observer)
    {
        Exception? thrown = null;
        try
        {
            program(observer);
        }
        catch (Exception exception)
        {
            observer.NoteException("thrown", exception);
            thrown = exception;
        }

        observer.NoteRandomState();
        return thrown;
    }
}
