using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Nearest-neighbour upsampling of the last two dimensions, and its gradient.</summary>
internal static unsafe class UpsampleKernels
{
    private const long ElementsPerTask = 16384;

    /// <summary>upsample_nearest2d(self, output_size).</summary>
    public static void Nearest(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Spread(call));

    /// <summary>upsample_nearest2d_backward(grad, output_size, input_size).</summary>
    public static void NearestBackward(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new Collect(call));

    /// <summary>Which source position each result position takes: floor(i * size / count), computed in float as PyTorch does.</summary>
    private static long[] Sources(long size, long count)
    {
        float scale = (float)size / count;
        var sources = new long[count];
        for (long i = 0; i < count; i++)
        {
            sources[i] = Math.Min((long)MathF.Floor(i * scale), size - 1);
        }

        return sources;
    }

    private readonly struct Spread(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            using var input = new ContiguousData<T>(self);
            long height = self.Sizes[2], width = self.Sizes[3], outPixels = result.Sizes[2] * result.Sizes[3];
            long[] rows = Sources(height, result.Sizes[2]), columns = Sources(width, result.Sizes[3]);
            var spread = new LineSpread(columns, width);
            T* from = input.Pointer, target = (T*)result.Pointer;
            WorkerPool.Shared.For(self.Sizes[0] * self.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
            {
                T* to = target + first * outPixels;
                for (long plane = first; plane < end; plane++)
                {
                    for (int row = 0; row < rows.Length; row++, to += columns.Length)
                    {
                        if (row > 0 && rows[row] == rows[row - 1])
                        {
                            Unsafe.CopyBlockUnaligned(to, to - columns.Length, (uint)(columns.Length * sizeof(T)));
                        }
                        else
                        {
                            spread.Run(from + ((plane * height) + rows[row]) * width, to);
                        }
                    }
                }
            });
        }
    }

    /// <summary>Spreads a line: each result takes the element at its source. Of elements of 32 bits, eight results at a time are a permutation of eight neighbouring sources.</summary>
    private readonly struct LineSpread
    {
        private readonly long[] _sources;
        private readonly (long First, Vector256<int> Places)[] _parts = [];

        /// <param name="sources">For each result, in ascending order; where they lie too far apart for permutations, elements are copied one by one.</param>
        /// <param name="width">Elements of the line.</param>
        public LineSpread(long[] sources, long width)
        {
            int lanes = Vector256<int>.Count;
            _sources = sources;
            if (!Vector256.IsHardwareAccelerated || width < lanes || sources.Length < width)
            {
                return;
            }

            var places = new int[lanes];
            _parts = new (long First, Vector256<int> Places)[(sources.Length + lanes - 1) / lanes];
            for (int part = 0; part < _parts.Length; part++)
            {
                ReadOnlySpan<long> own = sources.AsSpan(Start(part), lanes);
                long first = Math.Min(own[0], width - lanes);
                if (own[^1] - first >= lanes)
                {
                    _parts = [];
                    return;
                }

                for (int i = 0; i < lanes; i++)
                {
                    places[i] = (int)(own[i] - first);
                }

                _parts[part] = (first, Vector256.Create(places));
            }
        }

        public void Run<T>(T* line, T* to)
            where T : unmanaged
        {
            if (sizeof(T) == sizeof(int) && _parts.Length > 0)
            {
                RunParts((int*)line, (int*)to);
                return;
            }

            foreach (long source in _sources)
            {
                *to++ = line[source];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunParts(int* line, int* to)
        {
            (long First, Vector256<int> Places)[] parts = _parts;
            for (int part = 0; part < parts.Length; part++)
            {
                Vector256.ShuffleNative(Vector256.Load(line + parts[part].First), parts[part].Places).Store(to + Start(part));
            }
        }

        /// <summary>The last part ends where the line does, and so may begin in the one before it.</summary>
        private int Start(int part) => Math.Min(part * Vector256<int>.Count, _sources.Length - Vector256<int>.Count);
    }

    private readonly struct Collect(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl grad = call.Input(0), result = call.Outputs[0];
            using var input = new ContiguousData<T>(grad);
            long height = result.Sizes[2], width = result.Sizes[3], outPixels = grad.Sizes[2] * grad.Sizes[3];
            long[] rows = Sources(height, grad.Sizes[2]), columns = Sources(width, grad.Sizes[3]);
            T* source = input.Pointer, to = (T*)result.Pointer;
            WorkerPool.Shared.For(result.Sizes[0] * result.Sizes[1], Math.Max(1, ElementsPerTask / Math.Max(outPixels, 1)), (first, end) =>
            {
                T* from = source + first * outPixels;
                for (long plane = first; plane < end; plane++)
                {
                    new Span<T>(to + plane * height * width, checked((int)(height * width))).Clear();
                    foreach (long row in rows)
                    {
                        T* line = to + (plane * height + row) * width;
                        foreach (long column in columns)
                        {
                            line[column] += *from++;
                        }
                    }
                }
            });
        }
    }
}
