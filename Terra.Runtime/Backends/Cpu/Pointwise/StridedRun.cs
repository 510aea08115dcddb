using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// One run of a kernel over operands of any geometry. Dimensions are sorted by the first output's strides and merged where all operands allow it. If the innermost
/// dimension is long, or whole vectors, blocks of rows go to the kernel at once; otherwise segments cut across rows. An operand is used in place
/// where it is contiguous or single, and goes through a buffer where not: of a block tile by tile, which turns transposed operands over (<see cref="PlaneCopy"/>).
/// </summary>
internal sealed unsafe class StridedRun
{
    private const int ChunkElements = 512, BufferBytes = (ChunkElements * sizeof(long)) + 64;
    private const int LongRow = 64;

    /// <summary>Tiles of a block in which an operand is buffered, so that all buffers lie in the caches: square where an operand is transposed, else rows.</summary>
    private const int TileElements = 4096, SmallTileElements = 512, FewBuffers = 4, MaxLanes = 16;

    private readonly PointwiseKernel _kernel;
    private readonly long* _scalars;
    private readonly nint[] _pointers;
    private readonly StridedSpace _space;
    private readonly bool _byRows;
    private readonly ulong _broadcast;
    private readonly ulong _buffered;
    private readonly long _tileRows;
    private readonly long _tileColumns;

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
        _byRows = _space.InnerSize >= LongRow || _space.InnerSize % kernel.Lanes == 0 || _space.Rank <= 1;
        (_broadcast, _buffered) = Classify(kernel.Outputs);
        (long tile, long side) = BitOperations.PopCount(_buffered) <= FewBuffers ? (TileElements, 64) : (SmallTileElements, 16);
        _tileRows = Math.Clamp(IsTransposed() ? side : tile / Math.Max(space.InnerSize, 1), 1, Math.Max(Rows, 1));
        _tileColumns = Math.Min(space.InnerSize, tile / _tileRows);
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
            return;
        }

        // Parts end where tiles do, if that leaves enough of them.
        long grain = PointwiseKernel.ParallelGrain / 2, tiles = _tileRows * _space.InnerSize;
        grain = _byRows && tiles <= 4 * grain ? ((grain + tiles - 1) / tiles) * tiles : grain;
        WorkerPool.Shared.For(_space.Count, grain, RunPart);
    }

    /// <summary>Rows that lie in one dimension.</summary>
    private long Rows => _space.Rank > 1 ? _space.Sizes[^2] : 1;

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

    /// <summary>Some operand's neighbours are closer in neighbouring rows than within a row.</summary>
    private bool IsTransposed()
    {
        for (int operand = 0; operand < _pointers.Length; operand++)
        {
            if (((_buffered >> operand) & 1) != 0 && Math.Abs(RowStride(operand)) < Math.Abs(_space.InnerStride(operand)))
            {
                return true;
            }
        }

        return false;
    }

    private long RowStride(int operand) => _space.Rank > 1 && operand < _pointers.Length ? _space.Strides(operand)[^2] : 0;

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
        void** pointers = stackalloc void*[2 * _kernel.Operands];
        int buffered = BitOperations.PopCount(_buffered);
        if (_byRows)
        {
            byte* buffers = stackalloc byte[buffered * BlockBufferBytes];
            long inner = _space.InnerSize;
            while (from < to)
            {
                long row = from / inner, column = from - (row * inner);
                bool isPart = column != 0 || to - from < inner;
                long rows = isPart ? 1 : Math.Min(Rows - (row % Rows), (to - from) / inner);
                long count = isPart ? Math.Min(inner - column, to - from) : inner;
                RunBlock(from, rows, count, firstOutput, pointers, buffers);
                from += rows * count;
            }
        }
        else
        {
            byte* buffers = stackalloc byte[buffered * BufferBytes];
            while (from < to)
            {
                long count = buffered != 0 ? Math.Min(to - from, ChunkElements) : to - from;
                RunSegment(from, count, firstOutput, pointers, buffers);
                from += count;
            }
        }
    }

    /// <summary>Bytes of a tile of the widest elements, whose rows are padded to whole vectors.</summary>
    private int BlockBufferBytes => (int)(_tileRows * (_tileColumns + MaxLanes) * sizeof(long));

    /// <summary>Computes neighbouring rows, or a part of one.</summary>
    [SkipLocalsInit]
    private void RunBlock(long from, long rows, long count, nint firstOutput, void** pointers, byte* buffers)
    {
        int operands = _kernel.Operands;
        void** first = pointers + operands;
        long* steps = stackalloc long[operands];
        Span<long> position = stackalloc long[_space.Rank];
        _space.Locate(from, position);
        for (int operand = 0; operand < operands; operand++)
        {
            first[operand] = operand >= _pointers.Length ? null
                : (byte*)(operand == 0 ? firstOutput : _pointers[operand]) + _space.Offset(operand, position);
            steps[operand] = RowStride(operand);
        }

        BlockCode code = _kernel.BlockCodeFor(_broadcast);
        long inner = _space.InnerSize;
        if (_buffered == 0)
        {
            _kernel.RunRows(code, first, steps, _broadcast, 0, _scalars, from, rows, count, inner);
            return;
        }

        for (long row = 0; row < rows; row += _tileRows)
        {
            for (long column = 0; column < count; column += _tileColumns)
            {
                for (int operand = 0; operand < operands; operand++)
                {
                    long offset = operand < _pointers.Length ? (row * RowStride(operand)) + (column * _space.InnerStride(operand)) : 0;
                    pointers[operand] = (byte*)first[operand] + offset;
                }

                RunTile(
                    code, pointers, steps, buffers, from + (row * inner) + column, Math.Min(_tileRows, rows - row), Math.Min(_tileColumns, count - column));
            }
        }
    }

    /// <summary>Computes a tile, whose operands begin at <paramref name="pointers"/>, through buffers.</summary>
    [SkipLocalsInit]
    private void RunTile(BlockCode code, void** pointers, long* steps, byte* buffers, long from, long rows, long count)
    {
        int operands = _kernel.Operands, bufferBytes = BlockBufferBytes;
        long pitch = (count + _kernel.Lanes - 1) & -_kernel.Lanes;
        void** moved = stackalloc void*[operands];
        byte* buffer = buffers;
        for (int operand = 0; operand < operands; operand++)
        {
            moved[operand] = pointers[operand];
            if (((_buffered >> operand) & 1) == 0)
            {
                continue;
            }

            int size = _kernel.ElementSizes[operand];
            moved[operand] = buffer;
            steps[operand] = pitch * size;
            if (operand >= _pointers.Length)
            {
                for (long row = 0; row < rows; row++)
                {
                    FillRandom(operand, from + (row * _space.InnerSize), count, (int*)(buffer + (row * pitch * size)));
                }
            }
            else if (operand >= _kernel.Outputs)
            {
                PlaneCopy.Run(
                    (byte*)pointers[operand], RowStride(operand), _space.InnerStride(operand), buffer, pitch * size, size, rows, count, size);
            }

            buffer += bufferBytes;
        }

        _kernel.RunRows(code, moved, steps, _broadcast, _buffered, _scalars, from, rows, count, _space.InnerSize);
        buffer = buffers;
        for (int output = 0; output < _kernel.Outputs; output++)
        {
            if (((_buffered >> output) & 1) != 0)
            {
                int size = _kernel.ElementSizes[output];
                PlaneCopy.Run(
                    buffer, pitch * size, size, (byte*)pointers[output], RowStride(output), _space.InnerStride(output), rows, count, size);
                buffer += bufferBytes;
            }
        }
    }

    private void FillRandom(int operand, long from, long count, int* words)
    {
        RandomBitsArgument random = RandomBitsArgument.Unpack(_kernel.RandomNodes[operand - _pointers.Length].Argument);
        PhiloxFill.Words(
            (ulong)_scalars[random.SeedSlot], (ulong)_scalars[random.OffsetSlot], random.Stream, random.Word, from, (int)count, words);
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
                FillRandom(operand, from, count, (int*)pointers[operand]);
            }
            else if (operand >= _kernel.Outputs)
            {
                _space.Pack(operand, (byte*)_pointers[operand], from, count, (byte*)pointers[operand], _kernel.ElementSizes[operand]);
            }
        }

        _kernel.RunSegment(_kernel.CodeFor(_broadcast), pointers, _broadcast, _buffered, _scalars, count, from);
        for (int output = 0; output < _kernel.Outputs; output++)
        {
            if (((_buffered >> output) & 1) != 0)
            {
                _space.Unpack(output, (byte*)pointers[output], from, count, (byte*)_pointers[output], _kernel.ElementSizes[output]);
            }
        }
    }
}
