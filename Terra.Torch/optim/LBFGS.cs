using Terra.Runtime.Tracing;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>
    /// The limited-memory quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno (Liu and Nocedal, 1989) with steps of fixed rate: each call of
    /// <see cref="step"/> makes up to max_iter iterations, for each of which the closure computes loss and gradients anew.
    /// </summary>
    public class LBFGS : Optimizer, ILearningRateController
    {
        private const double LeastCurvature = 1e-10;

        private readonly ParamGroup _group;
        private readonly long _iterations;
        private readonly long _evaluations;
        private readonly double _leastGradient;
        private readonly double _leastChange;
        private readonly long _history;
        private readonly List<Correction> _corrections = [];
        private Tensor? _direction;
        private Tensor? _lastGradient;
        private double _scale = 1;
        private double _rate;

        internal LBFGS(
            IEnumerable<Parameter> parameters, double lr, long max_iter, long? max_eval, double tolerance_grad, double tolerance_change, long history_size)
        {
            OptionRanges.NotNegative(
                "LBFGS", ("learning rate", lr), ("max_iter", max_iter), ("max_eval", max_eval ?? 0), ("tolerance_grad", tolerance_grad),
                ("tolerance_change", tolerance_change), ("history_size", history_size));
            (_iterations, _evaluations) = (max_iter, max_eval ?? max_iter * 5 / 4);
            (_leastGradient, _leastChange, _history) = (tolerance_grad, tolerance_change, history_size);
            _group = new ParamGroup { Parameters = parameters, Options = new OptimizerOptions { LearningRate = lr, InitialLearningRate = lr } };
            base.add_param_group(_group);
        }

        /// <summary>The rate of steps.</summary>
        public double LearningRate
        {
            get => _group.LearningRate;
            set => _group.LearningRate = value;
        }

        /// <summary>What schedulers start from.</summary>
        public double InitialLearningRate
        {
            get => _group.InitialLearningRate;
            set => _group.InitialLearningRate = value;
        }

        /// <summary>Makes up to max_iter iterations; returns the loss before the first.</summary>
        /// <param name="closure">Forgets the gradients, computes the loss and new gradients, and returns the loss.</param>
        /// <exception cref="ArgumentNullException">There is no closure.</exception>
        public override Tensor? step(Func<Tensor>? closure)
        {
            ArgumentNullException.ThrowIfNull(closure);
            StepMarkers.OptimizerStep();
            Tensor first = Evaluate(closure);
            double loss = first.ToDouble();
            using IDisposable noGrad = no_grad();
            for (long iteration = 1, evaluations = 1; iteration <= _iterations; iteration++)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor gradient = Gradient();
                if (gradient.abs().max().ToDouble() <= _leastGradient)
                {
                    break;
                }

                bool isFirst = _direction is null;
                Keep(ref _direction, isFirst ? gradient.neg() : Direction(gradient));
                Keep(ref _lastGradient, gradient);
                _rate = isFirst ? Math.Min(1, 1 / gradient.abs().sum().ToDouble()) * LearningRate : LearningRate;
                if (gradient.dot(_direction!).ToDouble() > -_leastChange)
                {
                    break;
                }

                Move();
                if (iteration == _iterations)
                {
                    break;
                }

                double before = loss;
                loss = Evaluate(closure).ToDouble();
                if (++evaluations >= _evaluations
                    || _direction!.abs().max().ToDouble() * _rate <= _leastChange
                    || Math.Abs(loss - before) < _leastChange)
                {
                    break;
                }
            }

            return first;
        }

        private protected override void DisposeStates()
        {
            _corrections.ForEach(static correction => correction.Dispose());
            _corrections.Clear();
            _direction?.Dispose();
            _lastGradient?.Dispose();
        }

        private static Tensor Evaluate(Func<Tensor> closure)
        {
            using (enable_grad())
            {
                return closure();
            }
        }

        private static void Keep(ref Tensor? field, Tensor value)
        {
            field?.Dispose();
            field = value.DetachFromDisposeScope();
        }

        /// <summary>The gradients of all parameters as one vector.</summary>
        private Tensor Gradient() => cat([.. _group.Parameters.Select(static parameter => (parameter.grad ?? zeros_like(parameter)).reshape(-1))]);

        /// <summary>The gradient times the approximate inverse of the Hessian matrix, by the two loops of Nocedal (1980).</summary>
        private Tensor Direction(Tensor gradient)
        {
            Tensor change = gradient - _lastGradient!, moved = _direction! * _rate;
            double curvature = change.dot(moved).ToDouble();
            if (curvature > LeastCurvature && _history > 0)
            {
                if (_corrections.Count == _history)
                {
                    _corrections[0].Dispose();
                    _corrections.RemoveAt(0);
                }

                _scale = curvature / change.dot(change).ToDouble();
                _corrections.Add(new Correction(change.DetachFromDisposeScope(), moved.DetachFromDisposeScope(), 1 / curvature));
            }

            var shares = new double[_corrections.Count];
            Tensor direction = gradient.neg();
            for (int i = shares.Length - 1; i >= 0; i--)
            {
                shares[i] = _corrections[i].Moved.dot(direction).ToDouble() * _corrections[i].Weight;
                direction.add_(_corrections[i].Change, -shares[i]);
            }

            direction.mul_(_scale);
            for (int i = 0; i < shares.Length; i++)
            {
                double share = _corrections[i].Change.dot(direction).ToDouble() * _corrections[i].Weight;
                direction.add_(_corrections[i].Moved, shares[i] - share);
            }

            return direction;
        }

        private void Move()
        {
            long at = 0;
            foreach (Parameter parameter in _group.Parameters)
            {
                long count = parameter.numel();
                parameter.add_(_direction!.narrow(0, at, count).view_as(parameter), _rate);
                at += count;
            }
        }

        /// <summary>How the gradient changed as the parameters moved.</summary>
        private sealed record Correction(Tensor Change, Tensor Moved, double Weight) : IDisposable
        {
            public void Dispose()
            {
                Change.Dispose();
                Moved.Dispose();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.LBFGS"/>
            /// <param name="parameters">The parameters.</param>
            /// <param name="lr">The rate of steps.</param>
            /// <param name="max_iter">Most iterations of a step.</param>
            /// <param name="max_eval">Most calls of the closure in a step; a quarter more than iterations by default.</param>
            /// <param name="tolerange_grad">Stops when no element of the gradient is larger.</param>
            /// <param name="tolerance_change">Stops when neither the loss nor an element changes by more.</param>
            /// <param name="history_size">How many iterations the approximation of curvature goes back.</param>
            public static LBFGS LBFGS(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                long max_iter = 20,
                long? max_eval = null,
                double tolerange_grad = 1e-05,
                double tolerance_change = 1e-09,
                long history_size = 100) =>
                new(parameters, lr, max_iter, max_eval, tolerange_grad, tolerance_change, history_size);

            /// <inheritdoc cref="LBFGS(IEnumerable{Parameter}, double, long, long?, double, double, long)"/>
            public static LBFGS LBFGS(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.01,
                long max_iter = 20,
                long? max_eval = null,
                double tolerange_grad = 1e-05,
                double tolerance_change = 1e-09,
                long history_size = 100) =>
                new(parameters.Select(static entry => entry.parameter), lr, max_iter, max_eval, tolerange_grad, tolerance_change, history_size);
        }
    }
}
