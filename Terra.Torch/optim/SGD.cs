using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with momentum, optionally Nesterov's (Sutskever et al., 2013).</summary>
    public class SGD : OptimizerHelper, IMomentum
    {
        public SGD(
            IEnumerable<Parameter> parameters,
            double lr,
            double momentum = 0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public SGD(
            IEnumerable<ParamGroup> parameters,
            double lr,
            double momentum = 0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false)
        {
            OptionRanges.NotNegative("SGD", ("learning rate", lr), ("momentum", momentum), ("weight_decay", weight_decay));
            if (nesterov && (momentum <= 0 || dampening != 0))
            {
                throw new ArgumentException("SGD: Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
            }

            Defaults = new ParamGroup([], lr, momentum, dampening, weight_decay, nesterov, maximize).Options;
            AddGroups(parameters);
        }

        /// <summary>The first group's momentum; setting it sets that of all groups.</summary>
        public double Momentum
        {
            get => ((Options)_groups[0].Options).momentum!.Value;
            set
            {
                foreach (Modules.ParamGroup group in _groups)
                {
                    ((Options)group.Options).momentum = value;
                }
            }
        }

        /// <inheritdoc/>
        public override void add_param_group(Modules.ParamGroup param_group) => base.add_param_group(param_group);

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                DisposeStates();
            }

            base.Dispose(disposing);
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(ParamGroup group)
        {
            Options options = group.Options;
            double lr = options.LearningRate!.Value;
            double momentum = options.momentum!.Value;
            double decay = options.weight_decay!.Value;
            foreach (Parameter parameter in group.Parameters)
            {
                using StepGradient prepared = StepGradient.Of(parameter, options.maximize!.Value, decay);
                if (prepared.Value is not { } gradient)
                {
                    continue;
                }

                if (momentum == 0)
                {
                    Aten.add_(parameter.Impl, gradient, -lr);
                    continue;
                }

                TensorImpl buffer = ((State)StateOf(parameter)).Accumulate(gradient, momentum, options.dampening!.Value);
                using TensorImpl? ahead = options.nesterov!.Value ? Aten.add(gradient, buffer, momentum) : null;
                Aten.add_(parameter.Impl, ahead ?? buffer, -lr);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                momentum = other.momentum;
                dampening = other.dampening;
                weight_decay = other.weight_decay;
                nesterov = other.nesterov;
                maximize = other.maximize;
            }

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                var own = (Options)defaults;
                momentum ??= own.momentum;
                dampening ??= own.dampening;
                weight_decay ??= own.weight_decay;
                nesterov ??= own.nesterov;
                maximize ??= own.maximize;
            }
        }

        /// <summary>Parameters with options for SGD.</summary>
        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.001,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                        maximize = maximize,
                    })
            {
            }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }

        /// <summary>The momentum of one parameter.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>The decaying sum of gradients; null before the first step with momentum.</summary>
            public Tensor? momentum_buffer;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                momentum_buffer?.Dispose();
                momentum_buffer = null;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) =>
                momentum_buffer = CopyOf(((State)source).momentum_buffer, momentum_buffer);

            /// <inheritdoc/>
            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state && NearlyEqual(momentum_buffer, state.momentum_buffer);

            /// <inheritdoc/>
            public override void to(Device device) => base.to(device);

            public void Dispose() => momentum_buffer?.Dispose();

            /// <summary>The buffer with the gradient added; the first gradient is taken as it is.</summary>
            internal TensorImpl Accumulate(TensorImpl gradient, double momentum, double dampening)
            {
                if (momentum_buffer is null)
                {
                    momentum_buffer = new Tensor(Aten.clone(gradient)).DetachFromDisposeScope();
                    return momentum_buffer.Impl;
                }

                Aten.mul_(momentum_buffer.Impl, (ScalarValue)momentum);
                return Aten.add_(momentum_buffer.Impl, gradient, 1 - dampening);
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
            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<Parameter> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<SGD.ParamGroup> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
