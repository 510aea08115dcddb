using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Copies between two strided operands of one shape, whose elements have 1, 2, 4 or 8 bytes; strides may be negative and, in the source, zero. Dimensions are merged where
/// both operands allow it. The innermost one, in which the target's neighbours lie closest, and the one in which the source's do make planes, which are cut into
/// tiles (<see cref="PlaneCopy"/>) that threads share.
/// </summary>
internal static unsafe class TensorCopy
{
    /// <summary>Copies of fewer bytes run on the caller's thread; tasks are not much smaller.</summary>
    private const long ParallelBytes = 1 << 18, TaskBytes = 1 << 16;

    /// <summary>A tile of rows, and the sides of one that is transposed.</summary>
    private const long TileBytes = 1 << 15, TransposedRows = 64, TransposedColumns = 64;

    /// <summary>Copies a tensor's elements, broadcast to the target's shape.</summary>
    public static void Run(TensorImpl source, TensorImpl target)
    {
        long[] from = StridedSpace.BroadcastStrides(source, target.Sizes), to = StridedSpace.BroadcastStrides(target, target.Sizes);
        Run(target.Sizes, (byte*)source.Pointer, from, (byte*)target.Pointer, to, target.DType.SizeInBytes());
    }

    /// <summary>Copies all elements of a shape.</summary>
    /// <param name="sizes">The shape.</param>
    /// <param name="source">The first element; the memory may be the target's if geometries are the same.</param>
    /// <param name="sourceStrides">In bytes, one a dimension.</param>
    /// <param name="target">The first element; no two elements share memory.</param>
    /// <param name="targetStrides">In bytes, one a dimension.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    public static void Run(ReadOnlySpan<long> sizes, byte* source, long[] sourceStrides, byte* target, long[] targetStrides, int elementSize)
    {
        var copy = new Tiles(new StridedSpace(sizes, [targetStrides, sourceStrides], mayReorder: true), source, target, elementSize);
        if (copy.Bytes <= ParallelBytes)
        {
            copy.Run(0, copy.Count);
        }
        else
        {
            WorkerPool.Shared.For(copy.Count, Math.Max(1, TaskBytes / (copy.Bytes / copy.Count)), copy.Run);
        }
    }

    /// <summary>
    /// Copies tensors to neighbouring parts of another one of the same dtype, along a dimension. A task takes the same share of each, so that parts which lie side by side
    /// are written together.
    /// </summary>
    public static void RunParts(ReadOnlySpan<TensorImpl> parts, TensorImpl target, int dim)
    {
        int size = target.DType.SizeInBytes();
        long[] strides = StridedSpace.InBytes(target.Layout.Strides, size);
        var copies = new Tiles[parts.Length];
        byte* first = (byte*)target.Pointer;
        for (int i = 0; i < parts.Length; i++)
        {
            TensorImpl part = parts[i];
            var space = new StridedSpace(part.Sizes, [strides, StridedSpace.InBytes(part.Layout.Strides, size)], mayReorder: true);
            copies[i] = new Tiles(space, (byte*)part.Pointer, first, size);
            first += part.Sizes[dim] * strides[dim];
        }

        long bytes = target.NumberOfElements * size, tasks = bytes <= ParallelBytes ? 1 : bytes / TaskBytes;
        WorkerPool.Shared.For(tasks, 1, (from, to) =>
        {
            foreach (Tiles copy in copies)
            {
                copy.Run(from * copy.Count / tasks, to * copy.Count / tasks);
            }
        });
    }

    /// <summary>The grid of tiles: the outer dimensions, then the tiles of a plane by rows and columns.</summary>
    private sealed class Tiles
    {
        private readonly byte* _source;
        private readonly byte* _target;
        private readonly int _elementSize;
        private readonly long[] _grid;
        private readonly long[] _sourceSteps;
        private readonly long[] _targetSteps;
        private readonly long _rows;
        private readonly long _columns;
        private readonly long _tileRows;
        private readonly long _tileColumns;
        private readonly (long Row, long Column) _sourceStride;
        private readonly (long Row, long Column) _targetStride;

        public Tiles(StridedSpace space, byte* source, byte* target, int elementSize)
        {
            _source = source;
            _target = target;
            _elementSize = elementSize;
            Bytes = space.Count * elementSize;
            int outer = Math.Max(space.Rank - 2, 0);
            (_rows, _columns) = (space.Rank > 1 ? space.Sizes[^2] : 1, space.InnerSize);
            (_targetStride, _sourceStride) = (Strides(space, 0), Strides(space, 1));
            if (Math.Abs(_sourceStride.Column) <= elementSize)
            {
                _tileColumns = Math.Clamp(_columns, 1, TileBytes / elementSize);
                _tileRows = Math.Clamp(TileBytes / elementSize / _tileColumns, 1, Math.Max(_rows, 1));
            }
            else
            {
                (_tileRows, _tileColumns) = (Math.Clamp(_rows, 1, TransposedRows), Math.Clamp(_columns, 1, TransposedColumns));
            }

            _grid = [.. space.Sizes[..outer], Quotient(_rows, _tileRows), Quotient(_columns, _tileColumns)];
            _targetSteps = [.. space.Strides(0)[..outer], _tileRows * _targetStride.Row, _tileColumns * _targetStride.Column];
            _sourceSteps = [.. space.Strides(1)[..outer], _tileRows * _sourceStride.Row, _tileColumns * _sourceStride.Column];
            Count = 1;
            foreach (long size in _grid)
            {
                Count *= size;
            }
        }

        /// <summary>Tiles, none of an empty copy.</summary>
        public long Count { get; }

        public long Bytes { get; }

        public void Run(long from, long to)
        {
            if (from == to)
            {
                return;
            }

            Span<long> position = stackalloc long[_grid.Length];
            byte* source = _source, target = _target;
            long rest = from;
            for (int dim = _grid.Length - 1; dim >= 0; dim--)
            {
                (rest, position[dim]) = Math.DivRem(rest, _grid[dim]);
                source += position[dim] * _sourceSteps[dim];
                target += position[dim] * _targetSteps[dim];
            }

            for (long tile = from; tile < to; tile++)
            {
                long rows = Math.Min(_tileRows, _rows - (position[^2] * _tileRows)), columns = Math.Min(_tileColumns, _columns - (position[^1] * _tileColumns));
                PlaneCopy.Run(
                    source, _sourceStride.Row, _sourceStride.Column, target, _targetStride.Row, _targetStride.Column, rows, columns, _elementSize);
                for (int dim = _grid.Length - 1; dim >= 0; dim--)
                {
                    source += _sourceSteps[dim];
                    target += _targetSteps[dim];
                    if (++position[dim] < _grid[dim])
                    {
                        break;
                    }

                    source -= _grid[dim] * _sourceSteps[dim];
                    target -= _grid[dim] * _targetSteps[dim];
                    position[dim] = 0;
                }
            }
        }

        private static long Quotient(long size, long tile) => (size + tile - 1) / tile;

        private static (long Row, long Column) Strides(StridedSpace space, int operand) =>
            (space.Rank > 1 ? space.Strides(operand)[^2] : 0, space.InnerStride(operand));
    }
}
