using System.Runtime.ExceptionServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.CoExecution;

/// <summary>A validated op on its way to the GraphRunner.</summary>
internal struct WorkItem
{
    public OpInvocation Call;

    public TraceNode? Node;

    /// <summary>The unit that this op is the first of, if any.</summary>
    public Unit? UnitAtStart;

    /// <summary>In verify mode: the tensors the op writes, each with what its storage must hold after the op.</summary>
    public (TensorImpl Tensor, Storage Value)[]? Expected;

    /// <summary>Tells the storages that the op will use them; fresh placeholders know it from the start.</summary>
    public readonly void BeginUses(PendingWork queue, long sequence)
    {
        foreach (TensorImpl? input in Call.Inputs)
        {
            input?.Storage.AddUse(queue, sequence);
        }
    }

    /// <summary>Tells the storages that the op has run.</summary>
    public readonly void EndUses(PendingWork queue, long sequence)
    {
        foreach (TensorImpl? input in Call.Inputs)
        {
            input?.Storage.EndUse(queue, sequence);
        }

        int[] aliases = Call.Op.Schema.ReturnsInput;
        for (int i = 0; i < Call.Outputs.Length; i++)
        {
            if (aliases[i] < 0)
            {
                Call.Outputs[i].Storage.EndUse(queue, sequence);
            }
        }
    }

    /// <summary>Why an input could not be computed; null if all were.</summary>
    public readonly ExceptionDispatchInfo? FailureOfInputs()
    {
        foreach (TensorImpl? input in Call.Inputs)
        {
            if (input?.Storage.Failure is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>If an input could not be computed, neither can the outputs: marks them and returns true.</summary>
    public readonly bool PassOnFailure()
    {
        if (FailureOfInputs() is not { } failure)
        {
            return false;
        }

        Fail(failure);
        return true;
    }

    /// <summary>Says that the outputs, and what the op was to write in place, could not be computed.</summary>
    public readonly void Fail(ExceptionDispatchInfo failure)
    {
        foreach (TensorImpl output in Call.Outputs)
        {
            output.Storage.Failure = failure;
        }

        foreach (int mutated in Call.MutatedInputs)
        {
            if (Call.OptionalInput(mutated) is { } target)
            {
                target.Storage.Failure = failure;
            }
        }
    }

    /// <summary>The op's kernel as one part.</summary>
    public readonly KernelPart Whole => new(Call.Op.Kernel, Call.Op.Schema.ReturnPositions);

    /// <summary>Gives the outputs their buffers.</summary>
    public readonly void EnsureBuffers()
    {
        foreach (TensorImpl output in Call.Outputs)
        {
            output.Storage.EnsureBuffer();
        }
    }

    /// <summary>Runs the op by its own kernel, as eager mode does.</summary>
    public readonly void RunAlone()
    {
        EnsureBuffers();
        Call.Op.Kernel(Call);
    }
}
