using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// The program's side of co-execution for one iteration: checks each op against the cursor in the TraceGraph, gives the program
/// placeholders, and hands the op to the GraphRunner.
/// </summary>
internal sealed class Skeleton(GraphRunner runner, Plan plan)
{
    private TraceNode _cursor = plan.Graph.Start;

    /// <summary>Some trace ended where the cursor is.</summary>
    public bool IsAtEnd => _cursor.Successors.Contains(plan.Graph.End);

    /// <summary>The node that an op about to run here is, or null if the graph does not expect it.</summary>
    public TraceNode? Expect(OpInvocation call, Location location, int ordinal) => _cursor.FindSuccessor(call, location, ordinal);

    /// <summary>Moves the cursor over an op that runs in the program itself.</summary>
    public void Pass(TraceNode node) => _cursor = node;

    /// <summary>Accepts the op: binds placeholders to its outputs and queues it. Throws, accepting nothing, what eager mode would throw.</summary>
    public void Execute(TraceNode node, OpInvocation call, IReadObserver observer)
    {
        OutputSpec[] specs = node.Infer(call);
        PrepareInputs(call);
        CheckData(call, observer);
        long sequence = runner.NextSequence;
        call.Outputs = BindOutputs(call, specs, sequence);
        if (node.HasFeeds)
        {
            TraceGraph.Promote(node, call.Attrs);
        }

        (Segment? segment, int index) = plan.PlaceOf(node);
        var item = new WorkItem { Call = call, Node = node, UnitAtStart = segment?.UnitAt(index) };
        if (TerraRuntime.Mode == TerraMode.Verify)
        {
            item.Expected = Verification.RunEagerly(call);
        }

        Eager.Complete(call);
        foreach (int mutated in call.MutatedInputs)
        {
            call.OptionalInput(mutated)?.Storage.MarkWrite(runner, sequence);
        }

        item.BeginUses(runner, sequence);
        runner.Accept(item);
        _cursor = node;
    }

    /// <summary>Lets the GraphRunner finish what was accepted without waiting for more of it.</summary>
    public void Finish() => runner.Flush();

    private void PrepareInputs(OpInvocation call)
    {
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is null)
            {
                continue;
            }

            ObjectDisposedException.ThrowIf(input.IsDisposed, input);
            if (input.Storage.Writer is { } writer && !ReferenceEquals(writer, runner))
            {
                input.Storage.EnsureReadable();
            }
        }

        foreach (int mutated in call.MutatedInputs)
        {
            if (call.OptionalInput(mutated) is { } target && target.Storage.MayBeUsedOutside(runner))
            {
                PendingWork.WaitForAll(except: runner);
            }
        }
    }

    private static void CheckData(OpInvocation call, IReadObserver observer)
    {
        if (call.Op.CheckData is not { } check || call.Op.ChecksDataOf?.Invoke(call) == false)
        {
            return;
        }

        foreach (int position in call.Op.CheckedInputs)
        {
            if (call.OptionalInput(position) is { } input && input.Storage.IsPending)
            {
                observer.OnRead(input.Storage);
                input.Storage.EnsureReadable();
            }
        }

        check(call);
    }

    private TensorImpl[] BindOutputs(OpInvocation call, OutputSpec[] specs, long sequence)
    {
        int[] aliases = call.Op.Schema.ReturnsInput;
        var outputs = new TensorImpl[aliases.Length];
        int fresh = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (aliases[i] >= 0)
            {
                outputs[i] = call.Input(aliases[i]);
                continue;
            }

            OutputSpec spec = specs[fresh++];
            outputs[i] = TensorImpl.Placeholder(spec.Layout, spec.DType, runner, sequence);
        }

        return outputs;
    }
}
