using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// One run of a kernel over operands of any geometry. Dimensions are sorted by the first output's strides and merged where all operands allow it. If the innermost
/// dimension is long, each row is a segment of the kernel; otherwise segments cut across rows. In a segment, an operand is used in place
/// where it is contiguous or single, and goes through a buffer where not. Transposed operands are walked in tiles.
/// </summary>
internal sealed unsafe class StridedRun
{
    private const int ChunkElements = 512, BufferBytes = (ChunkElements * sizeof(long)) + 64;
    private const int LongRow = 64, TileRows = 64, TileColumns = 128, CacheLine = 64;

    private readonly PointwiseKernel _kernel;
    private readonly long* _scalars;
    private readonly nint[] _pointers;
    private readonly StridedSpace _space;
    private readonly bool _byRows;
    private readonly bool _inTiles;
    private readonly ulong _broadcast;
    private readonly ulong _buffered;
    private readonly KernelCode _code;

    public StridedRun(PointwiseKernel kernel, ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, long* scalars)
        : this(kernel, [.. outputs, .. inputs], outputs[0].Sizes, scalars)
    {
    }

    /// <param name="kernel">What to run.</param>
    /// <param name="pointers">First element of each output and input.</param>
    /// <param name="space">Their geometry.</param>
    /// <param name="scalars">Scalar slots; the memory outlives the run.</param>
    public StridedRun(PointwiseKernel kernel, nint[] pointers, StridedSpace space, long* scalars)
    {
        if (kernel.Operands > 64)
        {
            throw new ArgumentException($"a program may have 64 operands that are not all contiguous; this one has {kernel.Operands}");
        }

        _kernel = kernel;
        _scalars = scalars;
        _pointers = pointers;
        _space = space;
        _byRows = _space.InnerSize >= LongRow || _space.Rank <= 1;
        (_broadcast, _buffered) = Classify(kernel.Outputs);
        _inTiles = _byRows && _space.Rank > 1 && HasColumnWalk();
        _code = kernel.CodeFor(_broadcast);
    }

    private StridedRun(PointwiseKernel kernel, TensorImpl[] tensors, ReadOnlySpan<long> shape, long* scalars)
        : this(kernel, Array.ConvertAll(tensors, tensor => tensor.Pointer), SpaceOf(tensors, shape, !kernel.UsesLinearIndex), scalars)
    {
    }

    public void Run()
    {
        if (_space.Count <= PointwiseKernel.ParallelGrain)
        {
            RunPart(0, _space.Count);
        }
        else
        {
            WorkerPool.Shared.For(_space.Count, PointwiseKernel.ParallelGrain / 2, RunPart);
        }
    }

    private static StridedSpace SpaceOf(TensorImpl[] tensors, ReadOnlySpan<long> shape, bool mayReorder)
    {
        var strides = new long[tensors.Length][];
        for (int i = 0; i < strides.Length; i++)
        {
            strides[i] = StridedSpace.BroadcastStrides(tensors[i], shape);
        }

        return new StridedSpace(shape, strides, mayReorder);
    }

    /// <summary>Computes the elements of a range whose (only) output, contiguous in the order of the space, goes to <paramref name="output"/> from its start.</summary>
    public void RunRange(long from, long to, byte* output) => RunPart(from, to, (nint)(output - (from * _kernel.ElementSizes[0])));

    /// <summary>Computes the elements of a range.</summary>
    public void RunPart(long from, long to) => RunPart(from, to, _pointers[0]);

    /// <summary>Some operand steps over whole cache lines within a row: neighbouring rows then share the lines, if they follow soon.</summary>
    private bool HasColumnWalk()
    {
        for (int operand = 0; operand < _pointers.Length; operand++)
        {
            if (((_buffered >> operand) & 1) != 0 && Math.Abs(_space.InnerStride(operand)) >= CacheLine)
            {
                return true;
            }
        }

        return false;
    }

    private (ulong Broadcast, ulong Buffered) Classify(int outputs)
    {
        ulong broadcast = 0, buffered = 0;
        for (int operand = 0; operand < _kernel.Operands; operand++)
        {
            if (operand >= _pointers.Length)
            {
                buffered |= 1UL << operand;
                continue;
            }

            int size = _kernel.ElementSizes[operand];
            bool single = _byRows ? _space.InnerStride(operand) == 0 : _space.IsSingle(operand);
            bool inPlace = _space.Rank == 0 || (_byRows ? _space.InnerStride(operand) == size : _space.IsDense(operand, size));
            if (operand >= outputs && single)
            {
                broadcast |= 1UL << (operand - outputs);
            }
            else if (!inPlace)
            {
                buffered |= 1UL << operand;
            }
        }

        return (broadcast, buffered);
    }

    [SkipLocalsInit]
    private void RunPart(long from, long to, nint firstOutput)
    {
        void** pointers = stackalloc void*[_kernel.Operands];
        byte* buffers = stackalloc byte[BitOperations.PopCount(_buffered) * BufferBytes];
        while (from < to)
        {
            if (_inTiles && from % _space.InnerSize == 0 && to - from >= 2 * _space.InnerSize)
            {
                long rows = Math.Min((to - from) / _space.InnerSize, TileRows);
                for (long column = 0; column < _space.InnerSize; column += TileColumns)
                {
                    long width = Math.Min(TileColumns, _space.InnerSize - column);
                    for (long row = 0; row < rows; row++)
                    {
                        RunSegment(from + (row * _space.InnerSize) + column, width, firstOutput, pointers, buffers);
                    }
                }

                from += rows * _space.InnerSize;
                continue;
            }

            long count = _byRows ? Math.Min(_space.InnerSize - (from % _space.InnerSize), to - from) : to - from;
            count = _buffered != 0 ? Math.Min(count, ChunkElements) : count;
            RunSegment(from, count, firstOutput, pointers, buffers);
            from += count;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunSegment(long from, long count, nint firstOutput, void** pointers, byte* buffers)
    {
        byte* buffer = buffers;
        Span<long> position = stackalloc long[_space.Rank];
        _space.Locate(from, position);
        for (int operand = 0; operand < _kernel.Operands; operand++)
        {
            if (((_buffered >> operand) & 1) == 0)
            {
                pointers[operand] = (byte*)(operand == 0 ? firstOutput : _pointers[operand]) + _space.Offset(operand, position);
                continue;
            }

            pointers[operand] = buffer;
            buffer += BufferBytes;
            if (operand >= _pointers.Length)
            {
                RandomBitsArgument random = RandomBitsArgument.Unpack(_kernel.RandomNodes[operand - _pointers.Length].Argument);
                PhiloxFill.Words(
                    (ulong)_scalars[random.SeedSlot], (ulong)_scalars[random.OffsetSlot], random.Stream, random.Word,
                    from, (int)count, (int*)pointers[operand]);
            }
            else if (operand >= _kernel.Outputs)
            {
                _space.Pack(operand, (byte*)_pointers[operand], from, count, (byte*)pointers[operand], _kernel.ElementSizes[operand]);
            }
        }

        _kernel.RunSegment(_code, pointers, _broadcast, _buffered, _scalars, count, from);
        for (int output = 0; output < _kernel.Outputs; output++)
        {
            if (((_buffered >> output) & 1) != 0)
            {
                _space.Unpack(output, (byte*)pointers[output], from, count, (byte*)_pointers[output], _kernel.ElementSizes[output]);
            }
        }
    }
}
