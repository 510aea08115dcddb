using Terra.Runtime.CoExecution;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Tracing;

/// <summary>
/// One line of control of the program: a thread, or an async method and what it awaits, whichever thread it runs on at the moment.
/// Knows where it is, which woven loops it is in, and which iteration of a step is active.
/// </summary>
internal sealed partial class ProgramFlow
{
    private GraphRunner? _runner;

    /// <summary>The innermost location; meaningful while <see cref="IsLocated"/>.</summary>
    public Location Location { get; set; } = null!;

    /// <summary>Number of ops that ran at this very location so far.</summary>
    public int Ordinal { get; set; }

    public LoopRecord? InnermostLoop { get; private set; }

    /// <summary>The active iteration, if any.</summary>
    public Iteration? Iteration { get; private set; }

    /// <summary>Where the flow is matters: an iteration is active that traces or co-executes. A dormant one interns no locations.</summary>
    public bool IsLocated { get; private set; }

    public GraphRunner Runner => _runner ??= new GraphRunner($"Terra GraphRunner of thread {Environment.CurrentManagedThreadId}");

    /// <summary>Ends the runner of a thread that is done with Terra, once it has run what it accepted.</summary>
    ~ProgramFlow() => _runner?.Dispose();

    public LoopRecord EnterLoop(int loopId)
    {
        var record = new LoopRecord(this, LoopSite.Get(loopId), InnermostLoop, IsLocated ? Location : null);
        InnermostLoop = record;
        return record;
    }

    /// <summary>
    /// Begins an iteration of a step that the program marked, unless one is active. It wins over the search for the step: loops around it
    /// are no steps, and if one was taken for the step before, its iteration ends here.
    /// </summary>
    public LoopRecord EnterStep(int siteId)
    {
        if (Iteration is { Owner.IsMarked: false })
        {
            EndIteration();
        }

        for (LoopRecord? around = InnermostLoop; around is not null; around = around.Outer)
        {
            if (!around.IsMarked)
            {
                around.Site.Exclude();
            }
        }

        var record = new LoopRecord(this, LoopSite.Get(siteId), InnermostLoop, IsLocated ? Location : null) { IsMarked = true };
        InnermostLoop = record;
        if (Iteration is null)
        {
            BeginIteration(record, record.Site.MakeStep());
        }

        return record;
    }

    /// <summary>A model is called where there is no loop: one turn of a loop, so to say, that the program's caller makes.</summary>
    public LoopRecord EnterModel(int modelId)
    {
        LoopRecord record = EnterLoop(modelId);
        record.SawModelCall = true;
        BeginTurn(record);
        return record;
    }

    public void NextTurn(LoopRecord record)
    {
        if (Iteration is { } iteration)
        {
            if (ReferenceEquals(iteration.Owner, record))
            {
                EndIteration();
                BeginTurn(record);
            }
            else
            {
                record.IsExcluded = true;
                MoveTo(record);
            }
        }
        else
        {
            if (record.Turns > 0)
            {
                record.Site.Learn(record);
            }

            BeginTurn(record);
        }

        record.SawOptimizerStep = record.SawBackward = record.SawModelCall = false;
        record.Turns++;
    }

    public void ExitLoop(LoopRecord record)
    {
        if (Iteration is { } iteration && ReferenceEquals(iteration.Owner, record))
        {
            EndIteration();
        }
        else if (Iteration is { } outer)
        {
            if (IsLocated && record.Saved is { } saved)
            {
                Location = saved;
                Ordinal = 0;
            }

            // The last turn is the one that only found the loop's condition false.
            if (record.IsExcluded && record.Site.LearnTripCount(record.Turns))
            {
                outer.Step.Fold(record.Site.Id);
            }
        }
        else
        {
            record.Site.Learn(record);
        }

        Unlink(record);
    }

    public void MarkOptimizerStep()
    {
        if (InnermostLoop is { } loop)
        {
            loop.SawOptimizerStep = true;
            MarkTraining(loop);
        }
    }

    public void MarkBackward()
    {
        if (InnermostLoop is { } loop)
        {
            loop.SawBackward = true;
            MarkTraining(loop);
        }
    }

    public void MarkModelCall()
    {
        if (InnermostLoop is { } loop)
        {
            loop.SawModelCall = true;
        }
    }

    /// <summary>The iteration is another one, or has changed its phase.</summary>
    public void FollowIteration()
    {
        IsLocated = Iteration is { IsCapturing: true };
        SyncThread(this);
    }

    /// <summary>Lets the calling thread's op capture and fetch observer follow the flow's iteration.</summary>
    private static void SyncThread(ProgramFlow? flow)
    {
        Iteration? iteration = flow?.Iteration;
        OpCapture.SetActive(iteration is { IsCapturing: true });
        ReadObserver.Current = iteration is { IsCapturing: true } ? iteration : null;
    }

    /// <summary>Begins an iteration with a loop's turn, if the loop is a step.</summary>
    private void BeginTurn(LoopRecord record)
    {
        if (record.Site.Step is { } step)
        {
            BeginIteration(record, step);
        }
    }

    private void BeginIteration(LoopRecord owner, StepSite step)
    {
        if (TerraRuntime.Mode == TerraMode.Off)
        {
            return;
        }

        Iteration = new Iteration(this, owner, step);
        Location = Iteration.Root;
        Ordinal = 0;
        FollowIteration();
    }

    private void EndIteration()
    {
        Iteration? ended = Iteration;
        Iteration = null;
        FollowIteration();
        ended?.End();
    }

    private void MoveTo(LoopRecord record)
    {
        if (IsLocated && record.Saved is { } saved)
        {
            Location = saved.Child(LocationKind.Turn, record.Site.Id, record.Site.TurnInLocation(record.Turns));
            Ordinal = 0;
        }
    }

    private static void MarkTraining(LoopRecord loop)
    {
        for (LoopRecord? outer = loop.Outer; outer is not null; outer = outer.Outer)
        {
            outer.ContainsTraining = true;
        }
    }

    private void Unlink(LoopRecord record)
    {
        if (ReferenceEquals(InnermostLoop, record))
        {
            InnermostLoop = record.Outer;
            return;
        }

        for (LoopRecord? loop = InnermostLoop; loop is not null; loop = loop.Outer)
        {
            if (ReferenceEquals(loop.Outer, record))
            {
                loop.Outer = record.Outer;
                return;
            }
        }
    }
}
