using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adadelta (Zeiler, 2012).</summary>
    public class Adadelta : OptimizerHelper
    {
        public Adadelta(
            IEnumerable<Parameter> parameters,
            double lr,
            double rho = 0.9,
            double eps = 1e-06,
            double weight_decay = 0,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, rho, eps, weight_decay, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public Adadelta(
            IEnumerable<ParamGroup> parameters,
            double lr = 1,
            double rho = 0.9,
            double eps = 1e-06,
            double weight_decay = 0,
            bool maximize = false)
        {
            OptionRanges.NotNegative("Adadelta", ("learning rate", lr), ("rho", rho), ("eps", eps), ("weight_decay", weight_decay));
            Defaults = new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize };
            AddGroups(parameters);
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(group => Update(group, (Options)group.Options), closure);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(Modules.ParamGroup group, Options options)
        {
            double rho = options.rho!.Value, eps = options.eps!.Value;
            UpdateEach<State>(group, options.weight_decay!.Value, options.maximize!.Value, (parameter, gradient, state) =>
            {
                state.step++;
                state.square_avg.mul_(rho).addcmul_(gradient, gradient, 1 - rho);
                Tensor delta = state.acc_delta.add(eps).sqrt_().div_(state.square_avg.add(eps).sqrt_()).mul_(gradient);
                state.acc_delta.mul_(rho).addcmul_(delta, delta, 1 - rho);
                parameter.add_(delta, -options.LearningRate!.Value);
            });
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? rho;
            public double? eps;
            public double? weight_decay;
            public bool? maximize;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref rho);
                visitor.Visit(ref eps);
                visitor.Visit(ref weight_decay);
                visitor.Visit(ref maximize);
            }
        }

        /// <summary>Parameters with options for Adadelta.</summary>
        public class ParamGroup : ParamGroup<Options>
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
                double lr = 1,
                double rho = 0.9,
                double eps = 1e-06,
                double weight_decay = 0,
                bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize })
            {
            }
        }

        /// <summary>The averages of one parameter's gradients and updates.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>Decaying average of the gradients' squares.</summary>
            public Tensor square_avg = null!;

            /// <summary>Decaying average of the updates' squares.</summary>
            public Tensor acc_delta = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                square_avg = ZerosLikeParameter();
                acc_delta = ZerosLikeParameter();
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Read(reader);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Write(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) => Take(source);

            public void Dispose() => DisposeTensors();

            private protected override void Visit(StateVisitor visitor)
            {
                visitor.Visit(ref step);
                visitor.Visit(ref square_avg);
                visitor.Visit(ref acc_delta);
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
            /// <inheritdoc cref="Modules.Adadelta"/>
            public static Adadelta Adadelta(
                IEnumerable<Parameter> parameters,
                double lr = 1,
                double rho = 0.9,
                double eps = 1e-06,
                double weight_decay = 0,
                bool maximize = false) =>
                new(parameters, lr, rho, eps, weight_decay, maximize);

            /// <inheritdoc cref="Modules.Adadelta"/>
            public static Adadelta Adadelta(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 1,
                double rho = 0.9,
                double eps = 1e-06,
                double weight_decay = 0,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), lr, rho, eps, weight_decay, maximize);

            /// <inheritdoc cref="Modules.Adadelta"/>
            public static Adadelta Adadelta(
                IEnumerable<Adadelta.ParamGroup> parameters,
                double lr = 1,
                double rho = 0.9,
                double eps = 1e-06,
                double weight_decay = 0,
                bool maximize = false) =>
                new(parameters, lr, rho, eps, weight_decay, maximize);
        }
    }
}
