using System.Runtime.Intrinsics.X86;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Pointwise ops that another kernel applies to its own result, part by part, while what it has just written is still in the caches. They are a
/// <see cref="PointwiseKernel"/> whose first input is that result, so their bits are those of a pass of their own. Any number of threads finish parts at the same time.
/// </summary>
internal sealed unsafe class Epilogue
{
    private const int CacheLine = 64;

    private readonly PointwiseKernel _kernel;
    private readonly nint[] _operands;

    /// <summary>Inputs beside the result that are read once, in the order of the result: address and bytes of an element.</summary>
    private readonly (nint Address, int ElementSize)[] _beside;
    private readonly long* _scalars;
    private readonly int _elementSize;
    private readonly ulong _broadcast;
    private readonly BlockCode? _code;
    private readonly StridedRun? _strided;

    /// <param name="kernel">The ops.</param>
    /// <param name="result">Where the other kernel writes its result, row-major; may be the memory of an output.</param>
    /// <param name="inputs">The kernel's inputs. The first one is the result and says nothing but its dtype; the others broadcast to the outputs' shape.</param>
    /// <param name="outputs">The kernel's outputs, with as many elements as the result, in the same order.</param>
    /// <param name="scalars">The kernel's scalars; the memory outlives the epilogue.</param>
    public Epilogue(PointwiseKernel kernel, void* result, ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, long* scalars)
    {
        _kernel = kernel;
        _scalars = scalars;
        Result = result;
        _elementSize = inputs[0].DType.SizeInBytes();
        _operands = new nint[outputs.Length + inputs.Length];
        for (int i = 0; i < _operands.Length; i++)
        {
            _operands[i] = i < outputs.Length ? outputs[i].Pointer : inputs[i - outputs.Length].Pointer;
        }

        _operands[outputs.Length] = (nint)result;
        _beside = Beside(inputs, outputs[0].NumberOfElements);
        if (kernel.IsLinear(inputs, outputs, out _broadcast))
        {
            _code = kernel.BlockCodeFor(_broadcast);
        }
        else
        {
            _strided = new StridedRun(kernel, _operands, SpaceOf(inputs, outputs), scalars);
        }
    }

    /// <summary>Where the kernel writes its result, instead of the op's output.</summary>
    public void* Result { get; }

    /// <summary>
    /// Says that a block of the result will be finished soon: asks for what the ops read beside it, which lies in rows far apart that the hardware does not foresee. It comes while
    /// the block is computed, if that is not too small a work. False if there is nothing to ask for.
    /// </summary>
    public bool Expect(void* first, long rows, long count, long stride)
    {
        if (_beside.Length == 0 || !Sse.IsSupported)
        {
            return false;
        }

        long from = ((byte*)first - (byte*)Result) / _elementSize;
        foreach ((nint address, int elementSize) in _beside)
        {
            byte* row = (byte*)address + (from * elementSize);
            for (long r = 0; r < rows; r++, row += stride * elementSize)
            {
                for (long at = 0; at < count * elementSize; at += CacheLine)
                {
                    Sse.Prefetch1(row + at);
                }
            }
        }

        return true;
    }

    /// <summary>Applies the ops to neighbouring elements of the result. Each element's turn comes once, when it is complete.</summary>
    public void Finish(void* first, long count) => Finish(first, 1, count, count);

    /// <summary>Applies the ops to a block of the result: rows of <paramref name="count"/> neighbouring elements, <paramref name="stride"/> elements apart.</summary>
    public void Finish(void* first, long rows, long count, long stride)
    {
        if (count == stride)
        {
            (rows, count) = (1, rows * count);
        }

        long from = ((byte*)first - (byte*)Result) / _elementSize;
        if (_code is not null)
        {
            fixed (nint* operands = _operands)
            {
                _kernel.RunRows(_code, (void**)operands, _broadcast, _scalars, from, rows, count, stride);
            }

            return;
        }

        for (long row = 0; row < rows; row++, from += stride)
        {
            _strided!.RunPart(from, from + count);
        }
    }

    private static (nint Address, int ElementSize)[] Beside(ReadOnlySpan<TensorImpl> inputs, long count)
    {
        int beside = 0;
        foreach (TensorImpl input in inputs[1..])
        {
            beside += IsBeside(input, count) ? 1 : 0;
        }

        if (beside == 0)
        {
            return [];
        }

        var found = new (nint Address, int ElementSize)[beside];
        foreach (TensorImpl input in inputs[1..])
        {
            if (IsBeside(input, count))
            {
                found[--beside] = (input.Pointer, input.DType.SizeInBytes());
            }
        }

        return found;
    }

    private static bool IsBeside(TensorImpl input, long count) => input.NumberOfElements == count && input.Layout.IsContiguous;

    private static StridedSpace SpaceOf(ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs)
    {
        ReadOnlySpan<long> shape = outputs[0].Sizes;
        var strides = new long[outputs.Length + inputs.Length][];
        for (int i = 0; i < strides.Length; i++)
        {
            strides[i] = i == outputs.Length
                ? StridedSpace.RowMajorStrides(shape, inputs[0].DType.SizeInBytes())
                : StridedSpace.BroadcastStrides(i < outputs.Length ? outputs[i] : inputs[i - outputs.Length], shape);
        }

        return new StridedSpace(shape, strides, mayReorder: false);
    }
}
