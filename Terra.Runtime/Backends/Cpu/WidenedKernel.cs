using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// How kernels without code of their own for the 16-bit floating-point types run on them: on float32 copies of the tensors, the results rounded once when they are stored.
/// The kernel of every op that does not say otherwise goes through here (<see cref="OpDef.Kernel"/>), so that few kernels have to know those types.
/// </summary>
internal static class WidenedKernel
{
    private static readonly ConcurrentDictionary<(DType From, DType To), PointwiseKernel> s_conversions = new();

    /// <summary>The kernel, made to take 16-bit floating-point tensors as well.</summary>
    /// <param name="kernel">Takes float32 tensors in their place.</param>
    /// <param name="outputs">Which results it computes; null for all.</param>
    public static KernelRule Of(KernelRule kernel, int[]? outputs = null) => call =>
    {
        if (HasNarrow(call))
        {
            Run(kernel, call, outputs);
        }
        else
        {
            kernel(call);
        }
    };

    /// <summary>A float32 copy of a 16-bit floating-point tensor; another tensor itself, as a new handle.</summary>
    public static TensorImpl Widen(TensorImpl tensor) => tensor.DType.IsNarrowFloat()
        ? Converted(tensor, DType.Float32)
        : new TensorImpl(tensor.Storage, tensor.Layout, tensor.DType, tensor.Offset);

    /// <summary>The same of a tensor that may be absent.</summary>
    public static TensorImpl? WidenOptional(TensorImpl? tensor) => tensor is null ? null : Widen(tensor);

    /// <summary>The kernel that turns elements of one dtype into those of another.</summary>
    public static PointwiseKernel Conversion(DType from, DType to) => s_conversions.GetOrAdd((from, to), static dtypes =>
    {
        var builder = new PointwiseBuilder();
        return PointwiseKernel.Get(builder.Build(builder.Result(builder.NewInput(dtypes.From), dtypes.To)));
    });

    private static bool HasNarrow(OpInvocation call)
    {
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is not null && input.DType.IsNarrowFloat())
            {
                return true;
            }
        }

        foreach (TensorImpl output in call.Outputs)
        {
            if (output.DType.IsNarrowFloat())
            {
                return true;
            }
        }

        return false;
    }

    private static void Run(KernelRule kernel, OpInvocation call, int[]? computed)
    {
        var copies = new Dictionary<TensorImpl, TensorImpl>(ReferenceEqualityComparer.Instance);
        try
        {
            TensorImpl?[] inputs = call.Inputs.ToArray();
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = inputs[i] is { } input ? CopyOf(input, copies, fill: true) : null;
            }

            OpInvocation wide = call.WithTensors(inputs, Array.ConvertAll(call.Outputs, output => CopyOf(output, copies, fill: false)));
            kernel(wide);
            foreach (int position in call.MutatedInputs)
            {
                if (call.OptionalInput(position) is { } target && copies.TryGetValue(target, out TensorImpl? copy))
                {
                    Convert(copy, target);
                }
            }

            for (int i = 0; i < call.Outputs.Length; i++)
            {
                bool isFresh = call.Op.Schema.ReturnsInput[i] < 0 && (computed is null || computed.Contains(i));
                if (isFresh && copies.TryGetValue(call.Outputs[i], out TensorImpl? copy))
                {
                    Convert(copy, call.Outputs[i]);
                }
            }
        }
        finally
        {
            foreach (TensorImpl copy in copies.Values)
            {
                copy.Dispose();
            }
        }
    }

    private static TensorImpl CopyOf(TensorImpl tensor, Dictionary<TensorImpl, TensorImpl> copies, bool fill)
    {
        if (!tensor.DType.IsNarrowFloat())
        {
            return tensor;
        }

        if (!copies.TryGetValue(tensor, out TensorImpl? copy))
        {
            copy = fill ? Converted(tensor, DType.Float32) : Empty(tensor, DType.Float32);
            copies.Add(tensor, copy);
        }

        return copy;
    }

    private static TensorImpl Converted(TensorImpl tensor, DType to)
    {
        TensorImpl copy = Empty(tensor, to);
        Convert(tensor, copy);
        return copy;
    }

    /// <summary>A tensor of the same sizes, stored in the same order of the dimensions if the other one has no gaps.</summary>
    private static TensorImpl Empty(TensorImpl like, DType dtype) =>
        TensorImpl.Allocate(like.Layout.IsDense() ? like.Layout : Layout.Contiguous(like.Sizes.ToArray()), dtype);

    private static void Convert(TensorImpl from, TensorImpl to)
    {
        PointwiseKernel conversion = Conversion(from.DType, to.DType);
        if (from.Layout.Equals(to.Layout) && from.Layout.IsDense())
        {
            Layout flat = Layout.Contiguous(from.NumberOfElements);
            conversion.Run([TensorImpl.Seen(from, flat)], [TensorImpl.Seen(to, flat)], []);
        }
        else
        {
            conversion.Run([from], [to], []);
        }
    }
}
