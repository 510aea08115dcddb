using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Reduces a pointwise program over some dimensions. The order in which values are combined is a function of the shape and the reduced dimensions alone: not of strides,
/// threads, vector width, or what program produces the values.
/// <para>If the dimensions after the last reduced one have at least <see cref="ReductionSource.MinColumns"/> elements: rows are taken in order in blocks of
/// <see cref="RowsPerBlock"/>, and blocks are reduced in the same way. Otherwise: the reduced elements in row-major order are cut into blocks of <see cref="BlockElements"/>;
/// in a block, element i goes to accumulator i mod L (L = 64, or 32 for 8-byte types), accumulators are folded in halves, and block results are
/// reduced in the same way.</para>
/// <para>If dimensions before the last one that stays are reduced, too, such as images and pixels of each channel, and there are at least <see cref="MinRun"/> elements behind it, those are reduced first
/// and the results over the other dimensions.</para>
/// </summary>
public sealed unsafe class ReductionKernel
{
    internal const int RowsPerBlock = 128, BlockElements = 4096, MinRun = 16;

    private const int TileColumns = 512;

    /// <summary>Rows of a tile that are read side by side: few enough streams to be foreseen, and to lie in one set of the first-level cache.</summary>
    private const int RowsTogether = 8;

    private static readonly ConcurrentDictionary<(PointwiseProgram Producer, ReduceOp Op), ReductionKernel> s_cache = new();

    private readonly PointwiseKernel _producer;
    private readonly VectorApi _api;
    private readonly DType _dtype;
    private readonly int _size;
    private readonly int _lanes;
    private readonly long _identity;

    internal ReductionKernel(PointwiseProgram producer, ReduceOp op, VectorApi api)
    {
        Op = op;
        _producer = ReferenceEquals(api, VectorApi.Best) ? PointwiseKernel.Get(producer) : new PointwiseKernel(producer, api);
        _dtype = producer.Outputs[0].DType;
        if (producer.Outputs.Length != 1 || !ReduceOps.IsAccumulator(_dtype))
        {
            throw new ArgumentException($"a reduction takes one float32, float64, int32 or int64 value per element; got\n{producer}");
        }

        _api = api;
        _size = _dtype.SizeInBytes();
        _lanes = ReduceBlockEmitter.RowBytes / _size;
        _identity = op.Identity(_dtype);
    }

    public ReduceOp Op { get; }

    /// <summary>The kernel of a producer (one output, of an accumulator dtype) and an operation. Thread-safe.</summary>
    /// <exception cref="ArgumentException">The producer has several outputs or one of another dtype.</exception>
    public static ReductionKernel Get(PointwiseProgram producer, ReduceOp op) =>
        s_cache.GetOrAdd((producer, op), static key => new ReductionKernel(key.Producer, key.Op, VectorApi.Best));

    /// <summary>Reduces over the marked dimensions.</summary>
    /// <param name="inputs">The producer's inputs; they broadcast to <paramref name="shape"/>.</param>
    /// <param name="result">Contiguous, of the producer's dtype, one element for each combination of the other dimensions, in their order.</param>
    /// <param name="shape">The iteration space.</param>
    /// <param name="reduced">For each dimension, whether it is reduced.</param>
    /// <param name="scalars">The producer's scalar slots.</param>
    public void Run(
        ReadOnlySpan<TensorImpl> inputs, TensorImpl result, ReadOnlySpan<long> shape, ReadOnlySpan<bool> reduced, ReadOnlySpan<long> scalars)
    {
        if (result.NumberOfElements == 0)
        {
            return;
        }

        int tail = reduced.LastIndexOf(false) + 1;
        if (ShapeRules.ReducedCount(shape[..tail], reduced[..tail]) > 1 && ShapeRules.ReducedCount(shape[tail..], reduced[tail..]) >= MinRun)
        {
            RunInStages(inputs, result, shape, reduced, tail, scalars);
            return;
        }

        fixed (long* scalarBits = scalars)
        {
            ReductionSource source = ReductionSource.Create(_producer, inputs, shape, reduced, scalarBits);
            if (source.Rows == 0)
            {
                Fill((byte*)result.Pointer, result.NumberOfElements, Op == ReduceOp.Sum ? 0 : _identity);
            }
            else if (source.ByColumns)
            {
                ReduceColumns(source, (byte*)result.Pointer);
            }
            else
            {
                ReduceRuns(source, (byte*)result.Pointer);
            }
        }
    }

    /// <summary>Reduces the dimensions from <paramref name="tail"/> on, then the others.</summary>
    private void RunInStages(
        ReadOnlySpan<TensorImpl> inputs, TensorImpl result, ReadOnlySpan<long> shape, ReadOnlySpan<bool> reduced, int tail, ReadOnlySpan<long> scalars)
    {
        bool[] first = new bool[shape.Length];
        Array.Fill(first, true, tail, shape.Length - tail);
        using TensorImpl partials = TensorImpl.Allocate(Layout.Contiguous(shape[..tail].ToArray()), _dtype);
        Run(inputs, partials, shape, first, scalars);
        PointwiseProgram plain = ReductionSource.Plain(_dtype);
        ReductionKernel second = ReferenceEquals(_api, VectorApi.Best) ? Get(plain, Op) : new ReductionKernel(plain, Op, _api);
        second.Run([partials], result, shape[..tail], reduced[..tail], []);
    }

    private void ReduceRuns(ReductionSource source, byte* result)
    {
        long outer = source.Outer, length = source.Rows;
        long blocks = ((length - 1) / BlockElements) + 1;
        using var partials = new Scratch<byte>(blocks == 1 ? 0 : outer * blocks * _size);
        nint target = blocks == 1 ? (nint)result : (nint)partials.Pointer;
        long grain = Math.Max(1, PointwiseKernel.ParallelGrain / Math.Min(length, BlockElements));
        if (outer * length <= PointwiseKernel.ParallelGrain)
        {
            RunBlocks(source, target, blocks, 0, outer * blocks);
        }
        else
        {
            WorkerPool.Shared.For(outer * blocks, grain, (from, to) => RunBlocks(source, target, blocks, from, to));
        }

        if (blocks > 1)
        {
            ReduceRuns(ReductionSource.Contiguous(_dtype, (nint)partials.Pointer, outer, blocks, 1), result);
        }
    }

    [SkipLocalsInit]
    private void RunBlocks(ReductionSource source, nint target, long blocks, long from, long to)
    {
        byte* buffer = stackalloc byte[(BlockElements * sizeof(long)) + ReduceBlockEmitter.RowBytes];
        byte* last = stackalloc byte[ReduceBlockEmitter.RowBytes];
        byte* mask = stackalloc byte[ReduceBlockEmitter.RowBytes];
        ReduceBlocksCode reduce = ReduceBlockEmitter.Get(Op, _dtype, squares: false, _api);
        ReduceBlocksCode reduceInPlace = source.Squares ? ReduceBlockEmitter.Get(Op, _dtype, squares: true, _api) : reduce;
        long length = source.Rows, masked = 0;
        (long output, long block) = Math.DivRem(from, blocks);
        long first = (output * length) + (block * BlockElements), run;
        for (long item = from; item < to; item += run)
        {
            // The blocks of a result are whole but for the last one; where each has but one, all are alike.
            long count = Math.Min(BlockElements, length - (block * BlockElements));
            long alike = Math.Min(to - item, blocks == 1 ? to - item : Math.Max(1, blocks - 1 - block));
            (long rows, long rest) = Math.DivRem(count, _lanes);
            if (rest > 0 && rest != masked)
            {
                new Span<byte>(mask, ReduceBlockEmitter.RowBytes).Clear();
                new Span<byte>(mask, (int)(rest * _size)).Fill(byte.MaxValue);
                masked = rest;
            }

            // Whole rows are read, so the last block in memory needs its rest elsewhere.
            long dense = source.SideBySide(first), whole = rest > 0 ? (rows + 1) * _lanes : count;
            run = Math.Min(alike, dense >= whole ? ((dense - whole) / count) + 1 : dense >= count ? 1 : BlockElements / count);
            byte* data = source.InPlace(first, count);
            ReduceBlocksCode code = reduceInPlace;
            if (data is null)
            {
                source.Read(first, first + (run * count), buffer);
                data = buffer;
                code = reduce;
            }

            byte* end = data + (rows * ReduceBlockEmitter.RowBytes);
            if (data != buffer && dense < whole)
            {
                Unsafe.CopyBlockUnaligned(last, end, (uint)(rest * _size));
                end = last;
            }

            code(null, data, rows, end, rest > 0 ? mask : null, count * _size, (byte*)target + (item * _size), run);
            first += run * count;
            block = (block + run) % blocks;
        }
    }

    private void ReduceColumns(ReductionSource source, byte* result)
    {
        long outer = source.Outer, rows = source.Rows, columns = source.Columns;
        long blocks = ((rows - 1) / RowsPerBlock) + 1, tiles = ((columns - 1) / TileColumns) + 1;
        using var partials = new Scratch<byte>(blocks == 1 ? 0 : outer * blocks * columns * _size);
        nint target = blocks == 1 ? (nint)result : (nint)partials.Pointer;
        long work = Math.Min(rows, RowsPerBlock) * Math.Min(columns, TileColumns);
        if (outer * rows * columns <= PointwiseKernel.ParallelGrain)
        {
            RunTiles(source, target, blocks, tiles, 0, outer * blocks * tiles);
        }
        else
        {
            WorkerPool.Shared.For(
                outer * blocks * tiles, Math.Max(1, PointwiseKernel.ParallelGrain / work),
                (from, to) => RunTiles(source, target, blocks, tiles, from, to));
        }

        if (blocks > 1)
        {
            ReduceColumns(ReductionSource.Contiguous(_dtype, (nint)partials.Pointer, outer, blocks, columns), result);
        }
    }

    [SkipLocalsInit]
    private void RunTiles(ReductionSource source, nint target, long blocks, long tiles, long from, long to)
    {
        long rows = source.Rows, columns = source.Columns;
        byte* buffer = stackalloc byte[(TileColumns * sizeof(long)) + 64];
        byte* sums = stackalloc byte[(TileColumns * sizeof(long)) + 64];
        AccumulateCode accumulate = AccumulateEmitter.Get(Op, _dtype, _api);
        int vector = VectorApi.V512.Bits / 8 / _size;
        for (long item = from; item < to; item++)
        {
            (long outerBlock, long tile) = Math.DivRem(item, tiles);
            (long outer, long block) = Math.DivRem(outerBlock, blocks);
            long column = tile * TileColumns, width = Math.Min(TileColumns, columns - column);
            long row = block * RowsPerBlock, count = Math.Min(rows - row, RowsPerBlock);
            long first = (((outer * rows) + row) * columns) + column;
            byte* destination = (byte*)target + (((outerBlock * columns) + column) * _size);
            long rest = width % vector, whole = width - rest;
            byte* data = source.RowStride != 0 ? source.InPlace(first, width) : null;

            // The last columns are read in a vector with columns before them, if those are there.
            byte* last = rest == 0 ? data : column + width >= vector ? source.InPlace(first + width - vector, vector) : null;
            if (data is not null && last is not null)
            {
                AccumulateInPlace(accumulate, data, source.RowStride, count, whole, sums);
                Unsafe.CopyBlockUnaligned(destination, sums, (uint)(whole * _size));
                if (rest != 0)
                {
                    AccumulateInPlace(accumulate, last, source.RowStride, count, vector, sums);
                    Unsafe.CopyBlockUnaligned(destination + (whole * _size), sums + ((vector - rest) * _size), (uint)(rest * _size));
                }

                continue;
            }

            long padded = (width + vector - 1) / vector * vector;
            Fill(sums, padded, _identity);
            Fill(buffer, padded, _identity);
            for (long r = 0; r < count; r++, first += columns)
            {
                source.Read(first, first + width, buffer);
                accumulate(null, buffer, 0, 1, sums, padded);
            }

            Unsafe.CopyBlockUnaligned(destination, sums, (uint)(width * _size));
        }
    }

    /// <summary>Reduces rows where they are, a few side by side; columns are whole vectors.</summary>
    private void AccumulateInPlace(AccumulateCode accumulate, byte* data, long rowStride, long rows, long columns, byte* sums)
    {
        Fill(sums, columns, _identity);
        for (long row = 0; row < rows; row += RowsTogether, data += RowsTogether * rowStride)
        {
            accumulate(null, data, rowStride, Math.Min(RowsTogether, rows - row), sums, columns);
        }
    }

    private void Fill(byte* target, long count, long bits)
    {
        if (_size == 8)
        {
            new Span<long>(target, (int)count).Fill(bits);
        }
        else
        {
            new Span<int>(target, (int)count).Fill((int)bits);
        }
    }
}
