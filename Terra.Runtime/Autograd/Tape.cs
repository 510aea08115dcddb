using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>Records ops that take part in differentiation, as nodes that their results refer to.</summary>
public static class Tape
{
    [ThreadStatic]
    private static OpInvocation? t_handedOver;

    /// <summary>
    /// Called by every interpreter before an op that may mutate an argument is performed: refuses what autograd cannot follow, and
    /// copies the argument if its old value will be needed. Cheap for ops that mutate nothing.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// The op writes a leaf that requires grad, a view of one, or a view that autograd does not follow; or it has no derivative.
    /// </exception>
    internal static void Prepare(OpInvocation call)
    {
        if (t_handedOver is { } earlier)
        {
            t_handedOver = null;
            if (ReferenceEquals(earlier.Op, call.Op))
            {
                call.MutatedOriginal = earlier.MutatedOriginal;
                return;
            }
        }

        int[] mutatedInputs = call.Op.Schema.MutatedInputs;
        if (mutatedInputs.Length == 0 || !GradMode.IsEnabled || !AnyRequiresGrad(call))
        {
            return;
        }

        foreach (int index in mutatedInputs)
        {
            if (call.OptionalInput(index) is not { } mutated || !mutated.DType.IsFloatingPoint() || !call.Op.Schema.ReturnsInput.Contains(index))
            {
                continue;
            }

            CheckInPlace(mutated);
            if (call.Op.Derivative is null)
            {
                throw AutogradErrors.NoDerivative(call.Op.Name);
            }

            if (Array.IndexOf(call.Op.SavedInputs, index) >= 0)
            {
                call.MutatedOriginal = Aten.clone(mutated);
            }
        }
    }

    /// <summary>The op just prepared will run on this thread, next of all ops, by another invocation, which takes over what was prepared.</summary>
    internal static void HandOver(OpInvocation call) => t_handedOver = call.MutatedOriginal is null ? null : call;

    /// <summary>Called once per op after its outputs exist (placeholders included), by every interpreter.</summary>
    internal static void Record(OpInvocation call)
    {
        if (!GradMode.IsEnabled || !AnyRequiresGrad(call) || (call.Op.Derivative is null && !HasFreshFloats(call)))
        {
            return;
        }

        OpNode node = OpNode.Create(call);
        int[] aliases = call.Op.Schema.ReturnsInput;
        for (int i = 0; i < call.Outputs.Length; i++)
        {
            TensorImpl output = call.Outputs[i];
            if (!output.DType.IsFloatingPoint() || call.Op.NonDifferentiable.Contains(i))
            {
                continue;
            }

            if (aliases[i] >= 0)
            {
                Rebase(output, node, i, aliases[i]);
            }
            else
            {
                AutogradMeta meta = output.EnsureAutograd();
                meta.GradFn = node;
                meta.OutputIndex = i;
            }
        }

        node.SaveTensors(call);
    }

    /// <summary>Notes that <paramref name="output"/> is a view of <paramref name="input"/>.</summary>
    internal static void RecordView(TensorImpl input, TensorImpl output, ViewOp op, ViewCreation creation)
    {
        if (!input.DType.IsFloatingPoint())
        {
            return;
        }

        ViewLink? parent = input.Autograd?.View;
        AutogradMeta baseMeta = parent?.Base ?? input.EnsureAutograd();
        GradientMetadata inputMetadata = GradientMetadata.Of(input);
        bool recording = GradMode.IsEnabled;
        var link = new ViewLink(
            baseMeta,
            parent?.BaseMetadata ?? inputMetadata,
            parent,
            op,
            input.Layout,
            !recording ? ViewCreation.InNoGrad : creation != ViewCreation.Default ? creation : parent?.Creation ?? creation)
        {
            Version = input.Storage.Version,
        };
        var meta = new AutogradMeta { View = link };
        if (recording && Variable.RequiresGrad(input))
        {
            meta.GradFn = new ViewNode(op, Variable.GradientEdge(input), inputMetadata, GradientMetadata.Of(output));
        }

        output.Autograd = meta;
    }

    /// <summary>
    /// Makes a tensor the result of a node of its own: the tensor itself if it is new, else a handle that has no other place in the graph. A view, or an argument as it is, must
    /// not be written in place from then on: that would change tensors whose gradients do not go through the node.
    /// </summary>
    internal static TensorImpl Attach(TensorImpl result, Node node, int output, bool isArgument)
    {
        ViewLink? parent = result.Autograd?.View;
        TensorImpl own = result.Autograd is null ? result : result.Detach();
        if (parent is not null || isArgument)
        {
            AutogradMeta baseMeta = parent?.Base ?? result.EnsureAutograd();
            own.Autograd = new AutogradMeta
            {
                View = new ViewLink(baseMeta, parent?.BaseMetadata ?? GradientMetadata.Of(result), parent, new Alias(), result.Layout, ViewCreation.InCustomFunction)
                {
                    Version = result.Storage.Version,
                },
            };
        }

        AutogradMeta meta = own.EnsureAutograd();
        meta.GradFn = node;
        meta.OutputIndex = output;
        return own;
    }

    /// <summary>Notes that input <paramref name="self"/> of a node was written in place and is its result <paramref name="output"/>.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor must not be written.</exception>
    internal static void AttachWritten(TensorImpl tensor, Node node, int output, int self)
    {
        CheckInPlace(tensor);
        Rebase(tensor, node, output, self);
    }

    private static bool AnyRequiresGrad(OpInvocation call)
    {
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input?.Autograd is not null && Variable.RequiresGrad(input))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Some result is a new floating-point tensor: of an op without a derivative, its node refuses to be differentiated.</summary>
    private static bool HasFreshFloats(OpInvocation call)
    {
        for (int i = 0; i < call.Outputs.Length; i++)
        {
            if (call.Op.Schema.ReturnsInput[i] < 0 && call.Outputs[i].DType.IsFloatingPoint())
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckInPlace(TensorImpl tensor)
    {
        bool requiresGrad = Variable.RequiresGrad(tensor);
        if (tensor.Autograd?.View is { } link)
        {
            link.RefuseIfUnfollowed(isIndirect: false);
            if (requiresGrad && link.Base.GradFn is null)
            {
                throw AutogradErrors.ViewOfLeafInPlace();
            }
        }

        if (requiresGrad && Variable.IsLeaf(tensor))
        {
            throw AutogradErrors.LeafInPlace();
        }
    }

    /// <summary>After an in-place op, the tensor is what the op made of it.</summary>
    private static void Rebase(TensorImpl tensor, Node node, int output, int self)
    {
        AutogradMeta meta = tensor.EnsureAutograd();
        if (meta.View is { } link)
        {
            link.Base.MoveTo(new CopySlices(link, node, output, self), 0);
            Variable.RenewView(tensor, meta, link);
        }
        else
        {
            meta.MoveTo(node, output);
        }
    }
}
