using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The k-th smallest value (counted from one) along a dimension, the last by default, and where it is.</summary>
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => kthvalue(this, k, dim, keepdim);

        /// <inheritdoc cref="kthvalue(long, long?, bool)"/>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There is no k-th value.</exception>
        public static (Tensor values, Tensor indices) kthvalue(Tensor input, long k, long? dim, bool keepdim = false)
        {
            long along = dim ?? -1;
            TensorImpl[] smallest = Aten.topk(input.Impl, k, along, false, true);
            using TensorImpl values = smallest[0], indices = smallest[1];
            if (input.Impl.Rank == 0)
            {
                return (new(values.Alias()), new(indices.Alias()));
            }

            if (k < 1)
            {
                throw ShapeErrors.Error("kthvalue(): selected number k out of range for dimension");
            }

            return keepdim
                ? (new(Views.narrow(values, along, k - 1, 1)), new(Views.narrow(indices, along, k - 1, 1)))
                : (new(Views.select(values, along, k - 1)), new(Views.select(indices, along, k - 1)));
        }

        /// <summary>The median of all elements: of an even number the lower of the two in the middle; NaN if any is NaN.</summary>
        /// <remarks>The gradient goes to all elements that are equal to it, in equal parts.</remarks>
        public Tensor median() => WrappedTensorDisposeScope(() =>
        {
            if (is_floating_point() && numel() == 0)
            {
                return full([], double.NaN, dtype);
            }

            Tensor flat = flatten(), known = flat.detach();
            Tensor middle = kthvalue(known, (flat.numel() + 1) / 2, 0).values, isNaN = known.isnan();
            middle = is_floating_point() ? middle.masked_fill(isNaN.any(), double.NaN) : middle;
            if (!requires_grad)
            {
                return middle;
            }

            // Its value without a gradient, and zero with one (infinity less infinity is none).
            Tensor chosen = known.eq(middle).logical_or(isNaN), none = chosen.logical_and(known.isinf().logical_not()).logical_not();
            return middle + ((flat - known).masked_fill(none, 0).sum() / chosen.sum());
        });

        /// <summary>The median of all elements that are not NaN.</summary>
        public Tensor nanmedian() => WrappedTensorDisposeScope(() => is_floating_point() && numel() > 0 ? masked_select(isnan().logical_not()) is { } numbers && numbers.numel() > 0 ? numbers.median() : median() : median());

        /// <summary>The largest values so far along a dimension, and where they are; of equals the last.</summary>
        public (Tensor values, Tensor indices) cummax(long dim) => Aten.cummax(Impl, dim).WrapPair();

        /// <summary>The smallest values so far along a dimension, and where they are; of equals the last.</summary>
        public (Tensor values, Tensor indices) cummin(long dim) => Aten.cummin(Impl, dim).WrapPair();

        /// <summary>Values below which shares <paramref name="q"/> of the elements lie, interpolated between neighbours; NaN with any NaN.</summary>
        /// <param name="q">Shares in [0, 1]: a scalar, or a vector, whose dimension comes first in the result.</param>
        /// <param name="dim">Along which dimension.</param>
        /// <param name="keepdim">Whether that dimension stays, of size one.</param>
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => WrappedTensorDisposeScope(() =>
        {
            (Tensor sorted, _) = sort(dim);
            Tensor last = full([1], shape.Length == 0 ? 0 : size((int)dim) - 1, dtype);
            return Quantile(sorted, q, last, dim, keepdim).masked_fill(AnyNaN(dim, keepdim, q), double.NaN);
        });

        /// <inheritdoc cref="quantile"/>
        /// <remarks>NaN do not count.</remarks>
        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => WrappedTensorDisposeScope(() =>
        {
            (Tensor sorted, _) = sort(dim);
            Tensor count = isnan().logical_not().sum(dim, true).to(dtype);
            return Quantile(sorted, q, (count - 1).clamp_min(0), dim, keepdim);
        });

        /// <summary>For each value, the number of boundaries below it (or, to the right, up to it).</summary>
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) => searchsorted(boundaries, this, outInt32, right);

        /// <summary>So many different integers are counted, however few elements there are.</summary>
        private const long FewNumbers = 1024;

        /// <summary>The distinct elements in ascending order; besides, as wanted, of each element the place of its like there, and how often each occurs.</summary>
        /// <param name="sorted">They are sorted always.</param>
        /// <param name="return_inverse">Whether to return the places.</param>
        /// <param name="return_counts">Whether to return the numbers.</param>
        /// <param name="dim">Without: of elements; else of slices along a dimension.</param>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            using DisposeScope scope = NewDisposeScope();
            if (dim is null)
            {
                Tensor elements = flatten();
                if (!is_floating_point() && elements.numel() > 0)
                {
                    Tensor numbers = elements.to(ScalarType.Int64);
                    long least = numbers.min().item<long>(), greatest = numbers.max().item<long>();
                    if (unchecked((ulong)(greatest - least)) < (ulong)Math.Max(FewNumbers, NumberOfElements))
                    {
                        return Counted(numbers - least, least, return_inverse, return_counts, scope);
                    }
                }

                (Tensor ascending, Tensor places) = elements.sort(0, stable: true);
                return Runs(ascending, places, return_inverse, return_counts, null, scope);
            }

            Tensor rows = movedim([dim.Value], [0]).reshape(size(dim.Value), -1);
            Tensor order = arange(rows.size(0));
            for (long column = rows.size(1) - 1; column >= 0; column--)
            {
                (_, Tensor next) = rows.select(1, column).index_select(0, order).sort(0, stable: true);
                order = order.index_select(0, next);
            }

            return Runs(rows.index_select(0, order), order, return_inverse, return_counts, dim, scope);
        }

        /// <summary>As <see cref="unique"/>, but only neighbours that are equal become one.</summary>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor rows = dim is { } along ? movedim([along], [0]).reshape(size(along), -1) : flatten();
            return Runs(rows, arange(rows.size(0)), return_inverse, return_counts, dim, scope);
        }

        /// <summary>The distinct ones of integers close together: those that are counted at all, the least of which counts as zero.</summary>
        private (Tensor Output, Tensor? Inverse, Tensor? Counts) Counted(Tensor numbers, long least, bool inverse, bool counts, DisposeScope scope)
        {
            var occurrences = new Tensor(Aten._bincount(numbers.Impl, 0));
            Tensor present = occurrences.nonzero().flatten();
            Tensor output = (present + least).to(dtype, copy: true).MoveToOuterDisposeScope();
            Tensor? places = inverse
                ? (occurrences.ne(0).cumsum(0) - 1).index_select(0, numbers).view(shape).MoveToOuterDisposeScope()
                : null;
            return (output, places, counts ? occurrences.index_select(0, present).MoveToOuterDisposeScope() : null);
        }

        /// <summary>The first of each run of equal elements, or rows, in an order.</summary>
        private (Tensor Output, Tensor? Inverse, Tensor? Counts) Runs(Tensor ordered, Tensor order, bool inverse, bool counts, int? dim, DisposeScope scope)
        {
            long count = ordered.size(0);
            Tensor starts;
            if (count == 0)
            {
                starts = zeros([0], ScalarType.Bool);
            }
            else
            {
                Tensor differ = ordered.narrow(0, 1, count - 1).ne(ordered.narrow(0, 0, count - 1));
                starts = cat([ones([1], ScalarType.Bool), dim is null ? differ : differ.any(1)]);
            }

            Tensor first = starts.nonzero().flatten();
            Tensor picked = (dim is { } along ? index_select(along, order.index_select(0, first)) : ordered.index_select(0, first)).MoveToOuterDisposeScope();
            Tensor? places = null, numbers = null;
            if (inverse)
            {
                Tensor run = starts.to(ScalarType.Int64).cumsum(0) - 1;
                Tensor back = zeros([count], ScalarType.Int64).scatter(0, order, run);
                places = (dim is null ? back.view(shape) : back).MoveToOuterDisposeScope();
            }

            if (counts)
            {
                Tensor ends = cat([first, tensor(new[] { count })]);
                numbers = (ends.narrow(0, 1, first.numel()) - first).MoveToOuterDisposeScope();
            }

            return (picked, places, numbers);
        }

        /// <summary>Interpolates sorted elements at shares of the way to a last position.</summary>
        private static Tensor Quantile(Tensor sorted, Tensor q, Tensor last, long dim, bool keepdim)
        {
            Tensor rows = sorted.atleast_1d().movedim([dim], [-1]);
            Tensor end = last.dim() > 1 ? last.movedim([dim], [-1]) : last;
            Tensor position = q.reshape(-1) * end;
            position = position.expand([.. rows.shape[..^1], position.shape[^1]]);
            Tensor below = position.floor();
            Tensor lower = rows.gather(-1, below.to(ScalarType.Int64)), upper = rows.gather(-1, position.ceil().to(ScalarType.Int64));
            Tensor result = (lower + ((upper - lower) * (position - below))).movedim([-1], [0]);
            result = keepdim && sorted.dim() > 0 ? result.unsqueeze(dim < 0 ? dim : dim + 1) : result;
            return q.dim() == 0 ? result.squeeze(0) : result;
        }

        private Tensor AnyNaN(long dim, bool keepdim, Tensor q)
        {
            Tensor any = Impl.Rank == 0 ? isnan() : isnan().any(dim, keepdim);
            return q.dim() == 0 ? any : any.unsqueeze(0);
        }

        /// <summary>The element that occurs most often along a dimension, of several the smallest, and the last place where it is.</summary>
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false)
        {
            if (Impl.Rank == 0)
            {
                return (clone(), zeros([], ScalarType.Int64));
            }

            using DisposeScope scope = NewDisposeScope();
            (Tensor sorted, Tensor order) = detach().sort(dim, stable: true);
            long length = size((int)dim);
            Tensor starts = cat([sorted.narrow(dim, 0, 1).ones_like(ScalarType.Bool), sorted.narrow(dim, 1, length - 1).ne(sorted.narrow(dim, 0, length - 1))], dim);
            Tensor run = starts.to(ScalarType.Int64).cumsum(dim) - 1;
            Tensor counts = run.zeros_like().scatter_add(dim, run, run.ones_like()).gather(dim, run);

            // The first element of the longest run, and its last.
            Tensor first = counts.argmax(dim, true);
            Tensor indices = order.gather(dim, first + counts.gather(dim, first) - 1);
            Tensor values = gather(dim, indices);
            return keepdim
                ? (values.MoveToOuterDisposeScope(), indices.MoveToOuterDisposeScope())
                : (values.squeeze(dim).MoveToOuterDisposeScope(), indices.squeeze(dim).MoveToOuterDisposeScope());
        }
    }
}
